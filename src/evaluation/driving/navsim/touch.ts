import { type PlanarBox, planarBoxesOverlap } from '#geometry'

const reachM = ({ lengthM, widthM }: PlanarBox): number => Math.hypot(lengthM, widthM) / 2

/** Whether two boxes share an area. Most are far apart: their circles say so sooner than their edges. */
export const touch = (a: PlanarBox, b: PlanarBox): boolean =>
  Math.hypot(a.pose.xM - b.pose.xM, a.pose.yM - b.pose.yM) < reachM(a) + reachM(b) && planarBoxesOverlap(a, b)
