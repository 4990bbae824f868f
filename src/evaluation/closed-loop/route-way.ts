import type { Vehicle } from '#calibration'
import { type PlanarPoint, type PlanarPose, planarBoxCorners, projectOnPolyline } from '#geometry'
import { STEP_S, type World } from '#simulator'
import { bodyAt } from '../driving/navsim/plan-states.ts'
import { isDrivable, type Road } from '../driving/navsim/road.ts'

/** Where the world's own driver goes from the hand-over on. */
export interface RouteWay {
  readonly points: readonly PlanarPoint[]
  /** What that driver does in the time of the drive; m. */
  readonly expertM: number
  /** Where the road ends, if it comes to its end; m. */
  readonly endM: number | undefined
}

/** How much longer the driver is watched than the drive lasts: whoever is faster, or waits less, goes further; s. */
const LONGER_S = 25
/** Between points of the way; m. */
const SPACING_M = 0.5
/** Before the end of the road the drive is over: nobody looks beyond it; m. */
const BEFORE_END_M = 12

export const routeWay = (
  world: World,
  vehicle: Vehicle,
  road: Road,
  { warmUpS, durationS }: { readonly warmUpS: number; readonly durationS: number },
): RouteWay => {
  const points: PlanarPoint[] = []
  const warmUpSteps = Math.round(warmUpS / STEP_S)
  const steps = warmUpSteps + Math.round(durationS / STEP_S)
  let course = world.begin(vehicle)
  let drivenM = 0
  let expertM = 0
  let last: PlanarPose = course.moment.ego.pose
  for (let step = 0; step <= steps + Math.round(LONGER_S / STEP_S); step += 1) {
    const { pose } = course.moment.ego
    if (step === warmUpSteps) points.push(pose)
    else if (step > warmUpSteps) {
      const movedM = Math.hypot(pose.xM - last.xM, pose.yM - last.yM)
      if (movedM >= SPACING_M) {
        const corners = planarBoxCorners(bodyAt(pose, vehicle))
        if (!corners.every((corner) => isDrivable(road, corner)) && drivenM > 0) {
          const endM = Math.max(drivenM - BEFORE_END_M, 0)
          return { points, expertM: Math.min(expertM, endM), endM }
        }
        points.push(pose)
        drivenM += movedM
      }
      if (step <= steps) expertM = drivenM
    }
    if (points.length > 0 && points.at(-1) === pose) last = pose
    course = course.next()
  }
  return { points, expertM, endM: undefined }
}

/** A way is searched only so far behind and before where the ego was last: it may cross itself; m. */
const BEHIND_M = 5
const AHEAD_M = 15

/** Follows the ego along a way. */
export const alongWay = ({ points }: RouteWay) => {
  const arcs = [0]
  for (let index = 1; index < points.length; index += 1) {
    const [a, b] = [points[index - 1]!, points[index]!]
    arcs.push(arcs[index - 1]! + Math.hypot(b.xM - a.xM, b.yM - a.yM))
  }
  let index = 0
  let mostM = 0
  return {
    /** How far the ego is from the way, and the furthest that it has come along it; m. */
    look(ego: PlanarPoint): { readonly asideM: number; readonly drivenM: number } {
      let from = index
      while (from > 0 && arcs[index]! - arcs[from]! < BEHIND_M) from -= 1
      let to = index
      while (to < points.length - 1 && arcs[to]! - arcs[index]! < AHEAD_M) to += 1
      const found = projectOnPolyline(points.slice(from, to + 1), ego)
      if (!found) {
        const [first] = points
        return { asideM: first ? Math.hypot(ego.xM - first.xM, ego.yM - first.yM) : 0, drivenM: mostM }
      }
      const atM = arcs[from]! + found.arcLengthM
      index = from
      while (index < points.length - 1 && arcs[index + 1]! <= atM) index += 1
      mostM = Math.max(mostM, atM)
      return { asideM: Math.abs(found.lateralM), drivenM: mostM }
    },
  }
}
