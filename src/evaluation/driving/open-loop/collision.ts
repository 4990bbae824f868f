import type { PlanarBox } from '#geometry'
import { touch } from '../navsim/touch.ts'

/** An agent at one instant, from above. */
export interface OccupiedBox {
  readonly box: PlanarBox
  /** People and cyclists are what UniAD's occupancy leaves out and ST-P3's has. */
  readonly vehicle: boolean
}

/** Whether a plan runs into somebody, at 0.5, 1, … s. */
export interface Collisions {
  /** As UniAD: vehicles only. */
  readonly vehicles: readonly boolean[]
  /** As ST-P3 and VAD: everybody. */
  readonly everybody: readonly boolean[]
}

/**
 * The ego's box on the plan against everybody's boxes at the same instants. An instant at which the ego as it was really
 * driven touches somebody is left out (false), as both protocols do. Exact rectangles, where they use a grid of 0.5 m.
 */
export const collisions = (
  planned: readonly PlanarBox[],
  driven: readonly PlanarBox[],
  others: readonly (readonly OccupiedBox[])[],
): Collisions => {
  const hits = (of: (other: OccupiedBox) => boolean): boolean[] =>
    planned.map((ego, index) => {
      const there = (others[index] ?? []).filter(of)
      const touches = (box: PlanarBox) => there.some((other) => touch(box, other.box))
      const drivenBox = driven[index]
      return touches(ego) && !(drivenBox && touches(drivenBox))
    })
  return { vehicles: hits(({ vehicle }) => vehicle), everybody: hits(() => true) }
}
