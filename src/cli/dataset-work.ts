// One drive of a data set, from a tape or made up on the spot.
import { create } from '@bufbuild/protobuf'
import type { Rig } from '#calibration'
import { readBundle } from '#compiler'
import {
  isKept,
  type PartSummary,
  type QuestionsConfig,
  readScenes,
  type Selection,
  selectScenes,
  straightOnAdeM,
  type TrainingRecord,
  writePart,
} from '#dataset'
import type { FusionConfig } from '#fusion'
import { readTape } from '#log'
import { type ImageSizes, ImageSizesSchema, type TapeRecord } from '#messages'
import { loadChatTemplate, loadTokenizer, type Message, resizeLimits, smartResize } from '#model'
import { lapses, type Moment, recordSimulation, type Scenario, worldOf } from '#simulator'

/** Where a drive comes from. */
export type DatasetSource =
  | { readonly kind: 'tape'; readonly path: string }
  | { readonly kind: 'scenario'; readonly scenario: Scenario; readonly seconds: number }

/** Plain data: it is handed to worker processes. */
export interface DatasetWork {
  readonly source: DatasetSource
  readonly part: string
  readonly folder: string
  readonly rig: Rig
  readonly fusion: FusionConfig
  readonly questions: QuestionsConfig
  readonly selection: Selection
  /** Of the frame sets that are told a steady past. */
  readonly steadyShare: number
  /** At so many other speeds a plan is asked for too; of a tape as many as its truth tells. */
  readonly otherSpeeds: number
  readonly imageSizes: readonly SizesOfView[]
  /** A folder with a tokenizer and a chat template, by which records are measured. */
  readonly tokenizer: string | undefined
  readonly maxTokens: number
}

/** A view's image as published, and as the model sees it; px. */
export interface SizesOfView {
  readonly view: string
  readonly originalWidth: number
  readonly originalHeight: number
  readonly resizedWidth: number
  readonly resizedHeight: number
}

/** What the released Qwen2.5-VL resizes with: 4 and 16,384 squares of 28 x 28. */
const RELEASED_PIXELS = { minPixels: 4 * 28 * 28, maxPixels: 16384 * 28 * 28, patchSize: 14, mergeSize: 2 } as const

/** By the bundle's processor, or by that of the released model. Throws what readBundle throws. */
export const datasetImageSizes = async (
  rig: Rig,
  maxPixelsPerView: number,
  bundle: string | undefined,
): Promise<readonly SizesOfView[]> => {
  const settings = bundle === undefined ? RELEASED_PIXELS : (await readBundle(bundle)).image
  const limits = resizeLimits(settings, maxPixelsPerView)
  return rig.cameras.map(({ view, width, height }) => {
    const resized = smartResize({ width, height }, limits)
    return {
      view,
      originalWidth: width,
      originalHeight: height,
      resizedWidth: resized.width,
      resizedHeight: resized.height,
    }
  })
}

/** Steps of the world, 50 ms each, from image to image: drawing what nobody selects would take the time. */
const STEPS_PER_S = 20
/** As `outrider simulate` draws. */
const MOST_STEPS = 5

/** Whether only instants after lapses are kept. */
const hasLapses = (source: DatasetSource): boolean => source.kind === 'scenario' && lapses(source.scenario.driver)

/** The way back is worth seeing also where constant velocity is near to it. */
const selectionOf = ({ source, selection }: DatasetWork): Selection =>
  source.kind === 'scenario' && source.scenario.driver === 'wandering' ? { ...selection, easyShare: 1 } : selection

const recordsOf = (work: DatasetWork): AsyncIterable<TapeRecord> | Iterable<TapeRecord> => {
  const { source, rig } = work
  if (source.kind === 'tape') return readTape(source.path)
  const selection = selectionOf(work)
  const steps = Math.round(selection.everyS * STEPS_PER_S)
  const isWhole = steps >= 1 && Math.abs(steps / STEPS_PER_S - selection.everyS) < 1e-9
  const { scenario } = source
  // Who looks up does so at any half second.
  const stepsPerImage = isWhole && !hasLapses(source) ? steps : MOST_STEPS
  const world = worldOf(scenario)
  // Before it is drawn: most of a drive's time goes there.
  const isWorthSeeing = (moments: readonly Moment[]): boolean => {
    if (hasLapses(source) && !moments[0]!.looksUp) return false
    const id = `${world.name}-${world.seed}-t${moments[0]!.timeS.toFixed(2)}s`
    return isKept(id, straightOnAdeM(moments), selection.easyShare)
  }
  const { otherSpeeds } = work
  return recordSimulation({ world, rig, groundTruth: 'all', stepsPerImage, isWorthSeeing, otherSpeeds }, source.seconds)
}

/** Writes the part. Throws what readTape and readScenes throw. */
export const doDatasetWork = async (work: DatasetWork): Promise<PartSummary> => {
  const { source, part, folder, rig, fusion, questions } = work
  // Who has lapsed has a past that tells nothing as it is.
  const steadyShare = hasLapses(source) ? 0 : work.steadyShare
  const tape = source.kind === 'tape' ? source.path : part
  const scenes = selectScenes(
    readScenes(recordsOf(work), { tape, rig, fusion, mayBeEmpty: source.kind === 'scenario' }),
    selectionOf(work),
  )
  const imageSizes: ImageSizes[] = work.imageSizes.map((sizes) => create(ImageSizesSchema, sizes))
  const textTokens = work.tokenizer === undefined ? undefined : await textTokensBy(work.tokenizer)
  const limits = { imageSizes, textTokens, maxTokens: work.maxTokens }
  return writePart(scenes, { folder, part, config: questions, limits, steadyShare })
}

const NO_PIXELS = { kind: 'encoded', data: new Uint8Array() } as const

/** One token an image, which the template writes. Throws MODEL_TOKENIZER_UNSUPPORTED, MODEL_CHAT_TEMPLATE. */
const textTokensBy = async (folder: string): Promise<(record: TrainingRecord) => number> => {
  const tokenizer = await loadTokenizer(folder)
  const template = await loadChatTemplate(folder, tokenizer.specialTokens)
  return ({ messages }) => {
    const asked = messages.map(
      ({ role, content }): Message => ({
        role: role as Message['role'],
        content: content.map((part) => (part.type === 'text' ? part : { type: 'image', image: NO_PIXELS })),
      }),
    )
    return tokenizer.encode(template(asked)).length
  }
}
