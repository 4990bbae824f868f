import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkRecord, type RecordLimits } from './check-record.ts'
import { drivingRecords, imagePath, type QuestionsConfig, type SceneRecords } from './driving-records.ts'
import { uniforms } from './noise.ts'
import type { DrivingScene } from './scene.ts'
import { withSteadyHistory } from './steady-history.ts'
import type { TrainingRecord } from './training-record.ts'

/** What a part of a data set holds. */
export interface PartSummary {
  readonly frameSets: number
  readonly images: number
  /** Of the frame sets, in order. */
  readonly sceneIds: readonly string[]
  readonly slices: Readonly<Record<string, number>>
  /** By task, thinking plans and those for rewards apart. */
  readonly tasks: Readonly<Record<string, TaskSummary>>
  /** Sum over the frame sets; m. */
  readonly constantVelocityAdeM: number
}

export interface TaskSummary {
  readonly records: number
  /** Over all records, without the images. */
  readonly promptCharacters: number
  readonly answerCharacters: number
  /** With the images; 0 without a tokenizer. */
  readonly tokens: number
  readonly mostTokens: number
}

export const NO_RECORDS: TaskSummary = {
  records: 0,
  promptCharacters: 0,
  answerCharacters: 0,
  tokens: 0,
  mostTokens: 0,
}

export const STAGE_FILES = ['driving', 'cot', 'rl'] as const satisfies readonly (keyof SceneRecords)[]

export const partFile = (folder: string, part: string, file: string): string => join(folder, 'parts', `${part}.${file}`)

/**
 * Writes the scenes of one drive as a part of a data set: images where they stay, records as lines of files that are put
 * together later. Every record is checked (checkRecord). The part counts as done once its summary is there, so that a broken run goes on after the last one.
 */
export const writePart = async (
  scenes: AsyncIterable<DrivingScene>,
  { folder, part, config, limits, steadyShare = 0 }: PartOptions,
): Promise<PartSummary> => {
  await mkdir(join(folder, 'parts'), { recursive: true })
  const files = new Map(
    STAGE_FILES.map((stage) => [stage, createWriteStream(partFile(folder, part, `${stage}.jsonl`))] as const),
  )
  const count = createCount()
  try {
    for await (const scene of scenes) {
      const records = drivingRecords(
        isSteady(scene.id, steadyShare) ? steadied(scene) : scene,
        config,
        limits.imageSizes,
      )
      await writeImages(folder, scene)
      for (const [stage, file] of files) {
        const lines = records[stage].map((record) => `${JSON.stringify(record)}\n`).join('')
        if (!file.write(lines)) await once(file, 'drain')
      }
      count.add(scene, records, limits)
    }
  } finally {
    for (const file of files.values()) {
      file.end()
      await once(file, 'close')
    }
  }
  const summary = count.summary()
  const path = partFile(folder, part, 'json')
  await writeFile(`${path}.tmp`, JSON.stringify(summary))
  await rename(`${path}.tmp`, path)
  return summary
}

export interface PartOptions {
  readonly folder: string
  /** A file name's worth of it, unique in the data set. */
  readonly part: string
  readonly config: QuestionsConfig
  readonly limits: RecordLimits
  /** Of the frame sets, this share is told a steady past; default 0. */
  readonly steadyShare?: number
}

/** By its id alone. */
const isSteady = (sceneId: string, share: number): boolean => uniforms(`${sceneId}/steady`, 1)[0]! < share

const steadied = (scene: DrivingScene): DrivingScene => ({ ...scene, frameSet: withSteadyHistory(scene.frameSet) })

const writeImages = async (folder: string, scene: DrivingScene): Promise<void> => {
  for (const { view } of scene.frameSet.views) {
    const image = scene.imageOf(view as Parameters<typeof scene.imageOf>[0])
    const path = join(folder, imagePath(scene.id, view, image.format))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, image.data)
  }
}

const characters = ({ messages }: TrainingRecord, ofAnswer: boolean): number =>
  messages
    .filter(({ role }) => (role === 'assistant') === ofAnswer)
    .flatMap(({ content }) => content.map((part) => (part.type === 'text' ? part.text.length : 0)))
    .reduce((sum, length) => sum + length, 0)

const createCount = () => {
  const sceneIds: string[] = []
  const slices: Record<string, number> = {}
  const tasks: Record<string, TaskSummary> = {}
  let images = 0
  let constantVelocityAdeM = 0
  return {
    add(scene: DrivingScene, records: SceneRecords, limits: RecordLimits): void {
      sceneIds.push(scene.id)
      images += scene.frameSet.views.length
      const meta = records.driving[0]?.meta
      constantVelocityAdeM += meta?.constant_velocity_ade_m ?? 0
      for (const slice of meta?.slices ?? []) slices[slice] = (slices[slice] ?? 0) + 1
      for (const stage of STAGE_FILES) {
        for (const record of records[stage]) {
          const name = `${stage}: ${record.task}`
          const known = tasks[name] ?? NO_RECORDS
          const tokens = checkRecord(record, limits) ?? 0
          tasks[name] = {
            records: known.records + 1,
            promptCharacters: known.promptCharacters + characters(record, false),
            answerCharacters: known.answerCharacters + characters(record, true),
            tokens: known.tokens + tokens,
            mostTokens: Math.max(known.mostTokens, tokens),
          }
        }
      }
    },
    summary: (): PartSummary => ({ frameSets: sceneIds.length, images, sceneIds, slices, tasks, constantVelocityAdeM }),
  }
}
