// One drive of a data set, from a tape or made up on the spot.
import { create } from '@bufbuild/protobuf'
import type { Rig } from '#calibration'
import { readBundle } from '#compiler'
import { type PartSummary, type QuestionsConfig, readScenes, type Selection, selectScenes, writePart } from '#dataset'
import type { FusionConfig } from '#fusion'
import { readTape } from '#log'
import { type ImageSizes, ImageSizesSchema, type TapeRecord } from '#messages'
import { resizeLimits, smartResize } from '#model'
import { recordSimulation, type Scenario, worldOf } from '#simulator'

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
  readonly imageSizes: readonly SizesOfView[]
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

const recordsOf = ({ source, rig, selection }: DatasetWork): AsyncIterable<TapeRecord> | Iterable<TapeRecord> => {
  if (source.kind === 'tape') return readTape(source.path)
  const steps = Math.round(selection.everyS * STEPS_PER_S)
  const stepsPerImage = steps >= 1 && Math.abs(steps / STEPS_PER_S - selection.everyS) < 1e-9 ? steps : MOST_STEPS
  return recordSimulation({ world: worldOf(source.scenario), rig, groundTruth: 'all', stepsPerImage }, source.seconds)
}

/** Writes the part. Throws what readTape and readScenes throw. */
export const doDatasetWork = async (work: DatasetWork): Promise<PartSummary> => {
  const { source, part, folder, rig, fusion, questions, selection } = work
  const tape = source.kind === 'tape' ? source.path : part
  const scenes = selectScenes(readScenes(recordsOf(work), { tape, rig, fusion }), selection)
  const imageSizes: ImageSizes[] = work.imageSizes.map((sizes) => create(ImageSizesSchema, sizes))
  return writePart(scenes, { folder, part, config: questions, imageSizes })
}
