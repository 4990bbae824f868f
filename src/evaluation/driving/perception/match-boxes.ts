import { munkres } from 'munkres'
import { intersectionOverUnion, type SeenBox } from './seen-box.ts'

/** A box that was found, the true one it stands for, and how well it fits. */
export interface MatchedBox {
  readonly found: SeenBox
  readonly truth: SeenBox
  readonly iou: number
}

export interface Matching {
  readonly pairs: readonly MatchedBox[]
  /** Of no true one. */
  readonly extra: readonly SeenBox[]
  /** That nothing stands for. */
  readonly missed: readonly SeenBox[]
}

/**
 * Pairs within one scene that agree in view and kind: as many as can be, at the greatest sum of IoU (the Hungarian algorithm). That
 * two are a pair says nothing of how well the boxes fit.
 */
export const matchBoxes = (found: readonly SeenBox[], truths: readonly SeenBox[]): Matching => {
  const pairs: MatchedBox[] = []
  const keyOf = ({ view, kind }: SeenBox): string => `${view} ${kind}`
  for (const key of new Set(found.map(keyOf))) {
    const rows = found.filter((box) => keyOf(box) === key)
    const columns = truths.filter((box) => keyOf(box) === key)
    if (columns.length === 0) continue
    const ious = rows.map((row) => columns.map((column) => intersectionOverUnion(row.box, column.box)))
    for (const [row, column] of munkres(ious.map((line) => line.map((iou) => 1 - iou)))) {
      pairs.push({ found: rows[row]!, truth: columns[column]!, iou: ious[row]![column]! })
    }
  }
  const paired = new Set(pairs.flatMap((pair) => [pair.found, pair.truth]))
  return { pairs, extra: found.filter((box) => !paired.has(box)), missed: truths.filter((box) => !paired.has(box)) }
}
