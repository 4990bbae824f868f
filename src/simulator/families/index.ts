import { CURVE, MULTI_LANE, SERPENTINE, STRAIGHT, WINDING } from './along-roads.ts'
import { INTERSECTION, SKEW_INTERSECTION, T_JUNCTION, VILLAGE } from './at-junctions.ts'
import type { Family } from './family.ts'

export const FAMILIES: readonly Family[] = [
  STRAIGHT,
  CURVE,
  WINDING,
  INTERSECTION,
  T_JUNCTION,
  MULTI_LANE,
  SERPENTINE,
  SKEW_INTERSECTION,
  VILLAGE,
]
