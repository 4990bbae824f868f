import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { PartSummary } from '#dataset'
import { OutriderError } from '#errors'
import { type DatasetWork, doDatasetWork } from './dataset-work.ts'

interface Reply {
  readonly summary?: PartSummary
  readonly trouble?: {
    readonly code: string
    readonly expected: string
    readonly found: string
    readonly next?: string
  }
  readonly bug?: string
}

const forkWorker = (): ChildProcess => {
  const fromSource = import.meta.url.endsWith('.ts')
  const tsx = (): string => createRequire(import.meta.url).resolve('tsx')
  return fork(fileURLToPath(new URL(fromSource ? './dataset-worker.ts' : './dataset-worker.js', import.meta.url)), [], {
    execArgv: fromSource ? ['--import', tsx(), '--conditions=@outrider/source'] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

const ask = (worker: ChildProcess, work: DatasetWork): Promise<PartSummary> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`a worker ended with ${code ?? signal} while it made ${work.part}`))
    worker.once('exit', ended)
    worker.once('message', ({ summary, trouble, bug }: Reply) => {
      worker.off('exit', ended)
      if (summary) resolve(summary)
      else reject(trouble ? new OutriderError(trouble) : new Error(bug))
    })
    worker.send(work)
  })

/** Does all works on `jobs` processes, in their order as they come free; in this one for a single job. Stops at the first that fails. */
export const doDatasetWorks = async (
  works: readonly DatasetWork[],
  jobs: number,
  onDone: (work: DatasetWork, summary: PartSummary) => boolean,
): Promise<void> => {
  const left = works.values()
  let goOn = true
  const run = async (workOn: (work: DatasetWork) => Promise<PartSummary>): Promise<void> => {
    for (const work of left) {
      if (!goOn) return
      try {
        const summary = await workOn(work)
        goOn = onDone(work, summary) && goOn
      } catch (error) {
        goOn = false
        throw error
      }
    }
  }
  if (jobs === 1) {
    await run(doDatasetWork)
    return
  }
  const workers = Array.from({ length: Math.min(jobs, works.length) }, forkWorker)
  try {
    await Promise.all(workers.map((worker) => run((work) => ask(worker, work))))
  } finally {
    for (const worker of workers) worker.disconnect()
  }
}
