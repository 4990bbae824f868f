import type { FoundBoxes } from './agents-score.ts'
import { intersectionOverUnion, type SeenBox } from './seen-box.ts'

/** COCO's thresholds. */
const THRESHOLDS = Array.from({ length: 10 }, (_, index) => (50 + 5 * index) / 100)
/** COCO's recalls at which precision is read. */
const RECALLS = Array.from({ length: 101 }, (_, index) => index / 100)

export interface AveragePrecision {
  /** At an IoU of 0.5. */
  readonly map50: number
  /** Mean over 0.5, 0.55, … 0.95. */
  readonly map: number
}

interface Judged {
  /** Place in its answer, 0 first. */
  readonly rank: number
  readonly right: boolean
}

/**
 * COCO's mean average precision. The model gives no confidence but an order, what matters most first: rank in the answer stands for
 * it. An image is a view of a scene; the mean is over the kinds that there are. NaN without any.
 */
export const averagePrecision = (scenes: readonly FoundBoxes[]): AveragePrecision => {
  const kinds = [...new Set(scenes.flatMap(({ truths }) => truths.map(({ kind }) => kind)))]
  const at = (threshold: number): number => mean(kinds.map((kind) => precisionOf(scenes, kind, threshold)))
  return { map50: at(0.5), map: mean(THRESHOLDS.map(at)) }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const precisionOf = (scenes: readonly FoundBoxes[], kind: number, threshold: number): number => {
  const truths = scenes.reduce((sum, scene) => sum + scene.truths.filter((box) => box.kind === kind).length, 0)
  const judged = scenes
    .flatMap((scene) => judge(scene, kind, threshold))
    // Stable: of equal ranks the earlier scene first.
    .toSorted((a, b) => a.rank - b.rank)
  let right = 0
  const curve = judged.map((one, index) => {
    if (one.right) right += 1
    return { recall: right / truths, precision: right / (index + 1) }
  })
  for (let index = curve.length - 2; index >= 0; index -= 1) {
    const next = curve[index + 1]!.precision
    if (next > curve[index]!.precision) curve[index] = { ...curve[index]!, precision: next }
  }
  return mean(RECALLS.map((recall) => curve.find((point) => point.recall >= recall - 1e-12)?.precision ?? 0))
}

/** In order of rank, each takes the true box of its view that it fits best and that nobody has taken. */
const judge = ({ found, truths }: FoundBoxes, kind: number, threshold: number): readonly Judged[] => {
  const taken = new Set<SeenBox>()
  return found.flatMap((box, rank) => {
    if (box.kind !== kind) return []
    let best: SeenBox | undefined
    let bestIou = Math.min(threshold, 1 - 1e-10)
    for (const truth of truths) {
      if (truth.kind !== kind || truth.view !== box.view || taken.has(truth)) continue
      const iou = intersectionOverUnion(box.box, truth.box)
      if (iou < bestIou) continue
      bestIou = iou
      best = truth
    }
    if (best) taken.add(best)
    return [{ rank, right: best !== undefined }]
  })
}
