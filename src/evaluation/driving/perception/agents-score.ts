import { distributionOf } from '../../tracking/distribution.ts'
import { matchBoxes } from './match-boxes.ts'
import { longerSidePx, type SeenBox } from './seen-box.ts'

/** What one scene's answer found, and what was to be found. */
export interface FoundBoxes {
  readonly found: readonly SeenBox[]
  readonly truths: readonly SeenBox[]
}

export interface AgentsScore {
  readonly found: number
  readonly truths: number
  /** Agents whose type and view were said right, whatever their box. */
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** The same where the box counts too: IoU of 0.5 and more. */
  readonly f1AtHalf: number
  readonly medianIou: number
  /** How many of the IoUs lie in [0, 0.1), [0.1, 0.2), … [0.9, 1]. */
  readonly iouHistogram: readonly number[]
}

/** On its longer side; smaller ones are missed without loss to the IoU; px of the image as published. */
const COUNTS_FROM_PX = 12
const BINS = 10

const f1Of = (right: number, found: number, truths: number): number =>
  found + truths === 0 ? Number.NaN : (2 * right) / (found + truths)

/**
 * F1 by type and view, and how well the boxes fit: IoU of each pair, 0 for each box of 12 px and more without a partner, true or made
 * up. NaN where there was nothing.
 */
export const agentsScore = (scenes: readonly FoundBoxes[]): AgentsScore => {
  const matchings = scenes.map(({ found, truths }) => matchBoxes(found, truths))
  const pairs = matchings.flatMap((matching) => matching.pairs)
  const alone = matchings
    .flatMap(({ extra, missed }) => [...extra, ...missed])
    .filter(({ box }) => longerSidePx(box) >= COUNTS_FROM_PX)
  const ious = [...pairs.map(({ iou }) => iou), ...alone.map(() => 0)]
  const count = (of: (scene: FoundBoxes) => readonly SeenBox[]): number =>
    scenes.reduce((sum, scene) => sum + of(scene).length, 0)
  const [found, truths] = [count((scene) => scene.found), count((scene) => scene.truths)]
  const histogram = new Array<number>(BINS).fill(0)
  for (const iou of ious) histogram[Math.min(Math.floor(iou * BINS), BINS - 1)]! += 1
  return {
    found,
    truths,
    precision: pairs.length / found,
    recall: pairs.length / truths,
    f1: f1Of(pairs.length, found, truths),
    f1AtHalf: f1Of(pairs.filter(({ iou }) => iou >= 0.5).length, found, truths),
    medianIou: distributionOf(ious).median ?? Number.NaN,
    iouHistogram: histogram,
  }
}
