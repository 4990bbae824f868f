// A process that does the drives of a data set that it is handed, one after the other.
import { OutriderError } from '#errors'
import { type DatasetWork, doDatasetWork } from './dataset-work.ts'

process.on('message', (work: DatasetWork) => {
  doDatasetWork(work).then(
    (summary) => process.send?.({ summary }),
    (error: unknown) => {
      const { code, expected, found, next } = error instanceof OutriderError ? error : {}
      process.send?.(
        code === undefined
          ? { bug: String((error as Error)?.stack ?? error) }
          : { trouble: { code, expected, found, next } },
      )
    },
  )
})
process.on('disconnect', () => process.exit())
