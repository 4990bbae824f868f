import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { OutriderError } from '#errors'
import { NO_RECORDS, type PartSummary, partFile, STAGE_FILES, type TaskSummary } from './dataset-part.ts'

/** A part that is whole; undefined for one that was never finished. */
export const readPartSummary = async (folder: string, part: string): Promise<PartSummary | undefined> => {
  try {
    return JSON.parse(await readFile(partFile(folder, part, 'json'), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Puts finished parts together in their order: driving.jsonl, cot.jsonl and rl.jsonl. Throws OutriderError
 * DATASET_DUPLICATE where two parts hold the same instant of the same world.
 */
export const assembleDataset = async (folder: string, parts: readonly string[]): Promise<PartSummary> => {
  const summaries: PartSummary[] = []
  const seen = new Map<string, string>()
  for (const part of parts) {
    const summary = await readPartSummary(folder, part)
    if (!summary) throw new Error(`part ${part} is not finished`)
    for (const id of summary.sceneIds) {
      const other = seen.get(id)
      if (other !== undefined) {
        throw new OutriderError({
          code: 'DATASET_DUPLICATE',
          expected: 'every instant of a world once',
          found: `${id} in ${other} and in ${part}`,
          next: 'leave one of the two out',
        })
      }
      seen.set(id, part)
    }
    summaries.push(summary)
  }
  for (const stage of STAGE_FILES) {
    const path = join(folder, `${stage}.jsonl`)
    await rm(`${path}.tmp`, { force: true })
    for (const part of parts) {
      await pipeline(
        createReadStream(partFile(folder, part, `${stage}.jsonl`)),
        createWriteStream(`${path}.tmp`, { flags: 'a' }),
      )
    }
    if (parts.length > 0) await rename(`${path}.tmp`, path)
  }
  return summaries.reduce(added, {
    frameSets: 0,
    images: 0,
    sceneIds: [],
    slices: {},
    tasks: {},
    constantVelocityAdeM: 0,
  })
}

const added = (a: PartSummary, b: PartSummary): PartSummary => ({
  frameSets: a.frameSets + b.frameSets,
  images: a.images + b.images,
  sceneIds: [...a.sceneIds, ...b.sceneIds],
  slices: Object.fromEntries(
    [...new Set([...Object.keys(a.slices), ...Object.keys(b.slices)])]
      .sort()
      .map((name) => [name, (a.slices[name] ?? 0) + (b.slices[name] ?? 0)]),
  ),
  tasks: Object.fromEntries(
    [...new Set([...Object.keys(a.tasks), ...Object.keys(b.tasks)])].map((name) => [
      name,
      addedTask(a.tasks[name] ?? NO_RECORDS, b.tasks[name] ?? NO_RECORDS),
    ]),
  ),
  constantVelocityAdeM: a.constantVelocityAdeM + b.constantVelocityAdeM,
})

const addedTask = (a: TaskSummary, b: TaskSummary): TaskSummary => ({
  records: a.records + b.records,
  promptCharacters: a.promptCharacters + b.promptCharacters,
  answerCharacters: a.answerCharacters + b.answerCharacters,
  tokens: a.tokens + b.tokens,
  mostTokens: Math.max(a.mostTokens, b.mostTokens),
})
