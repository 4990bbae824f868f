import { CURVE, MOUNTAIN, MULTI_LANE, SERPENTINE, STRAIGHT, STREET, WINDING } from './along-roads.ts'
import { INTERSECTION, OBLIQUE_JUNCTION, SKEW_INTERSECTION, T_JUNCTION, VILLAGE } from './at-junctions.ts'
import type { Family } from './family.ts'
import { SHOPPING_STREET } from './shopping-street.ts'

export const FAMILIES: readonly Family[] = [
  STRAIGHT,
  CURVE,
  WINDING,
  INTERSECTION,
  T_JUNCTION,
  MULTI_LANE,
  MOUNTAIN,
  STREET,
  SHOPPING_STREET,
  OBLIQUE_JUNCTION,
  SERPENTINE,
  SKEW_INTERSECTION,
  VILLAGE,
]
