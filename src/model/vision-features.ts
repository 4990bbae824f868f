import type { Bundle } from '#compiler'
import { OutriderError } from '#errors'
import type { FeatureCache, VisionFeatures } from './feature-cache.ts'
import type { LoadedModel } from './loaded-model.ts'
import { encodeVision } from './onnx/encode-vision.ts'
import type { Grid } from './preprocess/patchify.ts'
import { type VisionInput, visionInput } from './preprocess/vision-input.ts'
import { type VisionPart, type VisionUnit, visionKey, visionUnits } from './preprocess/vision-unit.ts'

/** An image or a video of a question, before its features are there. */
export interface LookedUp {
  readonly grid: Grid
  /** Of its units, in their order. */
  readonly keys: readonly string[]
}

/** The images and videos of a question. */
export interface VisionLookUp {
  readonly parts: readonly LookedUp[]
  /** By key: what the cache held, and what is left to encode. */
  readonly known: ReadonlyMap<string, VisionFeatures>
  readonly inputs: ReadonlyMap<string, VisionInput>
}

/** Looks for the parts in the cache, and decodes and resizes what is not there. Throws as `visionInput` does. */
export const lookUpVision = async (
  bundle: Bundle,
  parts: readonly VisionPart[],
  maxPixels: number | undefined,
  cache: FeatureCache,
): Promise<VisionLookUp> => {
  const units = new Map<string, VisionUnit>()
  const keys = parts.map((part) =>
    visionUnits(part, bundle.vision.temporalPatchSize).map((unit) => {
      const key = visionKey(unit, maxPixels)
      units.set(key, unit)
      return key
    }),
  )
  const known = new Map<string, VisionFeatures>()
  for (const key of units.keys()) {
    const features = cache.get(key)
    if (features) known.set(key, features)
  }
  const missing = [...units].filter(([key]) => !known.has(key))
  const inputs = new Map(
    await Promise.all(missing.map(async ([key, unit]) => [key, await visionInput(unit, bundle, maxPixels)] as const)),
  )
  const grids = keys.map((ofPart) => gridOfUnits(ofPart.map((key) => (known.get(key) ?? inputs.get(key))!.grid)))
  return { parts: keys.map((ofPart, i) => ({ keys: ofPart, grid: grids[i]! })), known, inputs }
}

/** Features of each part (its tokens, H), a run of the graph for each unit that was not known; undefined when aborted between two. */
export const encodeParts = async (
  { vision, bundle }: Pick<LoadedModel, 'vision' | 'bundle'>,
  { parts, known, inputs }: VisionLookUp,
  cache: FeatureCache,
  signal?: AbortSignal,
): Promise<readonly Float32Array[] | undefined> => {
  const all = new Map(known)
  for (const [key, input] of inputs) {
    if (signal?.aborted) return undefined
    const features = { grid: input.grid, features: await encodeVision(vision, input, bundle) }
    all.set(key, features)
    cache.set(key, features)
  }
  return parts.map(({ keys }) => joined(keys.map((key) => all.get(key)!.features)))
}

const gridOfUnits = (grids: readonly Grid[]): Grid => {
  const { h, w } = grids[0]!
  const other = grids.find((grid) => grid.h !== h || grid.w !== w)
  if (!other) return { t: grids.length, h, w }
  throw new OutriderError({
    code: 'MODEL_VIDEO_FRAMES',
    expected: 'a video of frames of one size',
    found: `some of ${w}x${h} patches and some of ${other.w}x${other.h}`,
  })
}

const joined = (pieces: readonly Float32Array[]): Float32Array => {
  const [first] = pieces
  if (first && pieces.length === 1) return first
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
