import { STEP_S } from './plan-states.ts'
import { lanesAlong } from './road.ts'
import type { Driven, Situation } from './situation.ts'

/** NAVSIM v2: further from the middle of the lane than this for so long is not keeping it; m, s. */
const OFF_MIDDLE_M = 0.5
const FOR_S = 2

/** LK: 0 when the ego is more than 0.5 m from the middle of its lane for 2 s on end, else 1. In junctions it does not count. */
export const laneKeeping = ({ states, areas }: Driven, { road }: Situation): 0 | 1 => {
  let offS = 0
  for (const [index, { pose }] of states.entries()) {
    const nearest = lanesAlong(road, pose, pose.headingRad)[0]
    const off = !areas[index]!.inJunction && (!nearest || Math.abs(nearest.lateralM) > OFF_MIDDLE_M)
    offS = off ? offS + STEP_S : 0
    if (offS > FOR_S) return 0
  }
  return 1
}
