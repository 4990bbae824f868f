import type { PlanarPoint, PlanarPose } from '#geometry'
import { relativePlanar } from '#geometry'
import { curvatureAt, poseOnRoad } from '../road.ts'
import type { Crossing, Lane, RoadMap, StopLine } from '../road-map.ts'

/** A way over lanes, one after the other; stations run on from lane to lane. */
export interface Route {
  readonly lanes: readonly Lane[]
  /** Where each lane begins; m. */
  readonly startsM: readonly number[]
  readonly lengthM: number
  readonly stops: readonly StopLine[]
  readonly crossings: readonly { readonly stationM: number; readonly crossing: Crossing }[]
  /** Lanes across junctions. */
  readonly connectors: readonly { readonly lane: Lane; readonly fromM: number; readonly toM: number }[]
  /** Every SAMPLE_M from the beginning. */
  readonly samples: readonly RouteSample[]
}

interface RouteSample {
  readonly pose: PlanarPose
  /** What limits and bends allow there, those ahead reached with gentle braking included; m/s. */
  readonly capMps: number
}

export const SAMPLE_M = 2
/** In bends: what drivers in town accept (UMTRI: 2 to 3); m/s^2. */
const LATERAL_MPS2 = 2
/** Before bends and lower limits; m/s^2. */
const EASE_OFF_MPS2 = 1.3

/** Of lanes that follow each other. */
export const routeOver = (lanes: readonly Lane[], { crossings }: RoadMap): Route => {
  const startsM: number[] = []
  let lengthM = 0
  for (const { path } of lanes) {
    startsM.push(lengthM)
    lengthM += path.lengthM
  }
  const bare = { lanes, startsM, lengthM }
  const poses = Array.from({ length: Math.floor(lengthM / SAMPLE_M) + 1 }, (_, index) =>
    poseOnRoute(bare, index * SAMPLE_M, 0),
  )
  const caps = poses.map((_, index) => {
    const { lane, stationM } = placeOf(bare, index * SAMPLE_M)
    const bent = Math.abs(curvatureAt(lane.path, stationM))
    return Math.min(lane.limitMps, bent > 0 ? Math.sqrt(LATERAL_MPS2 / bent) : Number.POSITIVE_INFINITY)
  })
  for (let index = caps.length - 2; index >= 0; index -= 1) {
    caps[index] = Math.min(caps[index]!, Math.sqrt(caps[index + 1]! ** 2 + 2 * EASE_OFF_MPS2 * SAMPLE_M))
  }
  return {
    ...bare,
    stops: lanes.flatMap(({ stops }, index) =>
      stops.map((stop) => ({ ...stop, stationM: stop.stationM + startsM[index]! })),
    ),
    crossings: crossings
      .flatMap((crossing) => {
        const stationM = meets(poses, crossing)
        return stationM === undefined ? [] : [{ stationM, crossing }]
      })
      .toSorted((a, b) => a.stationM - b.stationM),
    connectors: lanes.flatMap((lane, index) =>
      lane.turn ? [{ lane, fromM: startsM[index]!, toM: startsM[index]! + lane.path.lengthM }] : [],
    ),
    samples: poses.map((pose, index) => ({ pose, capMps: caps[index]! })),
  }
}

type Ways = Pick<Route, 'lanes' | 'startsM'>

export const placeOf = (
  { lanes, startsM }: Ways,
  stationM: number,
): { lane: Lane; index: number; stationM: number } => {
  let index = lanes.length - 1
  while (index > 0 && startsM[index]! > stationM) index -= 1
  return { lane: lanes[index]!, index, stationM: stationM - startsM[index]! }
}

/** Shifted to the left by `lateralM`. */
export const poseOnRoute = (route: Ways, stationM: number, lateralM: number): PlanarPose => {
  const { lane, stationM: onLane } = placeOf(route, stationM)
  return poseOnRoad(lane.path, onLane, lateralM)
}

export const capAt = ({ samples }: Route, stationM: number): number => {
  const index = Math.min(Math.max(Math.floor(stationM / SAMPLE_M), 0), samples.length - 1)
  const next = Math.min(index + 1, samples.length - 1)
  const fraction = Math.min(Math.max(stationM / SAMPLE_M - index, 0), 1)
  return samples[index]!.capMps * (1 - fraction) + samples[next]!.capMps * fraction
}

/** Between lanes that follow each other, and of rounding; m. */
const SLACK_M = 0.1

/** Where something lies along a route, seen between two stations; undefined when it is further aside than `asideM`. */
export const placeAlong = (
  { samples }: Route,
  point: PlanarPose,
  fromM: number,
  toM: number,
  asideM: number,
): { readonly stationM: number; readonly lateralM: number; readonly headingRad: number } | undefined => {
  const first = Math.max(Math.floor(fromM / SAMPLE_M), 0)
  const last = Math.min(Math.ceil(toM / SAMPLE_M), samples.length - 1)
  let best = -1
  // Of a sample further away the point lies too far aside, or before or behind it.
  let least = asideM ** 2 + (2 * SAMPLE_M) ** 2 + SLACK_M
  let leastM = Math.sqrt(least)
  for (let index = first; index <= last; ) {
    const { xM, yM } = samples[index]!.pose
    const squared = (xM - point.xM) ** 2 + (yM - point.yM) ** 2
    if (squared < least) {
      least = squared
      leastM = Math.sqrt(squared)
      best = index
    }
    // From sample to sample the way comes nearer by SAMPLE_M at most: those that cannot be nearer are not looked at.
    const nearerByM = Math.sqrt(squared) - leastM - SLACK_M
    index += Math.max(Math.ceil(nearerByM / SAMPLE_M), 1)
  }
  if (best < 0) return undefined
  const seen = relativePlanar(samples[best]!.pose, point)
  if (Math.abs(seen.yM) > asideM || Math.abs(seen.xM) > 2 * SAMPLE_M) return undefined
  return { stationM: best * SAMPLE_M + seen.xM, lateralM: seen.yM, headingRad: seen.headingRad }
}

/** Station at which a way first crosses a band from kerb to kerb. */
const meets = (poses: readonly PlanarPoint[], { from, to }: Crossing): number | undefined => {
  const dx = to.xM - from.xM
  const dy = to.yM - from.yM
  for (let index = 1; index < poses.length; index += 1) {
    const a = poses[index - 1]!
    const b = poses[index]!
    const cross = (b.xM - a.xM) * dy - (b.yM - a.yM) * dx
    if (cross === 0) continue
    const along = ((from.xM - a.xM) * dy - (from.yM - a.yM) * dx) / cross
    const across = ((from.xM - a.xM) * (b.yM - a.yM) - (from.yM - a.yM) * (b.xM - a.xM)) / cross
    if (along >= 0 && along < 1 && across >= 0 && across <= 1) return (index - 1 + along) * SAMPLE_M
  }
  return undefined
}
