import { type PartSummary, readPartSummary } from '#dataset'
import { countProgress } from './count-progress.ts'
import type { DatasetWork } from './dataset-work.ts'
import { doDatasetWorks } from './dataset-workers.ts'

/** Makes what is not there yet; the parts that stay within the limit, in order. */
export const makeParts = async (
  works: readonly DatasetWork[],
  jobs: number,
  limit: number,
): Promise<readonly string[]> => {
  const summaries = new Map<string, PartSummary>()
  for (const { folder, part } of works) {
    const known = await readPartSummary(folder, part)
    if (known) summaries.set(part, known)
  }
  /** From the first on without a gap: what comes later does not count before. */
  const within = (): readonly string[] => {
    const parts: string[] = []
    let frameSets = 0
    for (const { part } of works) {
      const summary = summaries.get(part)
      if (!summary || frameSets >= limit) break
      parts.push(part)
      frameSets += summary.frameSets
    }
    return parts
  }
  const isEnough = (): boolean => {
    const frameSets = within().reduce((sum, part) => sum + (summaries.get(part)?.frameSets ?? 0), 0)
    return frameSets >= limit
  }
  const progress = countProgress('drives', works.length)
  try {
    const left = works.filter(({ part }) => !summaries.has(part))
    if (!isEnough()) {
      await doDatasetWorks(left, Math.max(jobs, 1), ({ part }, summary) => {
        summaries.set(part, summary)
        progress.update(summaries.size)
        return !isEnough()
      })
    }
  } finally {
    progress.stop()
  }
  return within()
}
