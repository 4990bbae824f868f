import type { Vehicle } from '#calibration'
import { composePlanar, normaliseAngle, type PlanarPose } from '#geometry'
import type { Choices } from '../families/choices.ts'
import type { Network } from '../network/build-network.ts'
import { type BuiltRoad, laneId } from '../network/built-road.ts'
import { curvatureAt, poseOnRoad } from '../road.ts'
import type { Lane } from '../road-map.ts'
import { type CarShape, type Look, sizeOf, type Tint } from '../things.ts'
import { inTheWay } from './decide.ts'
import { bodyOfDriver, type DriverState } from './driver-state.ts'
import { capAt, placeOf, type Route, routeOver } from './route.ts'
import { type WalkerPlan, type WalkerState, walkAcross } from './walker.ts'

const PAINTS: readonly Tint[] = [
  [186, 36, 34],
  [40, 74, 132],
  [214, 216, 218],
  [52, 54, 58],
  [120, 128, 134],
  [30, 96, 84],
  [222, 222, 216],
  [206, 160, 50],
  [96, 56, 40],
]
const CLOTHES: readonly Tint[] = [
  [176, 62, 60],
  [60, 84, 128],
  [210, 190, 90],
  [70, 120, 80],
  [200, 200, 204],
  [120, 70, 120],
]
const SHAPES: readonly CarShape[] = ['hatchback', 'hatchback', 'hatchback', 'estate', 'estate', 'van', 'truck', 'bus']
const SMALL_SHAPES: readonly CarShape[] = ['hatchback', 'hatchback', 'estate', 'van']

/** A parked car, which never moves. */
export interface ParkedCar {
  readonly id: string
  readonly look: Look
  readonly pose: PlanarPose
}

export interface Population {
  readonly ego: DriverState
  readonly drivers: readonly DriverState[]
  readonly parked: readonly ParkedCar[]
  readonly walkers: readonly WalkerState[]
}

/** What a driver of these measures can begin with, before anything ahead is looked at. */
const driverOn = (
  id: string,
  route: Route,
  stationM: number,
  speedMps: number,
  body: Pick<DriverState, 'aheadM' | 'behindM' | 'widthM'> & { readonly look?: Look },
): DriverState => ({
  id,
  ...body,
  route,
  stationM,
  keepM: 0,
  speedMps,
  accelerationMps2: 0,
  travelledM: 0,
  eagerness: 1,
  topMps: Number.POSITIVE_INFINITY,
  whims: [],
  granted: [],
  changedS: -10,
})

/** On and on over lanes: `turns` at the junctions first, then what `choose` picks. */
const wayFrom = (
  network: Network,
  first: Lane,
  turns: readonly string[],
  choose: (lanes: readonly Lane[]) => Lane,
): readonly Lane[] => {
  const way = [first]
  let junction = 0
  for (let next = nextOf(first); next.length > 0 && way.length < 14; next = nextOf(way.at(-1)!)) {
    const isJunction = next[0]!.turn !== undefined
    const wanted = isJunction ? turns[junction] : undefined
    if (isJunction) junction += 1
    way.push(next.find(({ turn }) => turn === wanted && wanted !== undefined) ?? choose(next))
  }
  return way

  function nextOf(lane: Lane): readonly Lane[] {
    return lane.nextIds.map((id) => network.lanes.get(id)!)
  }
}

/** Begins no faster than it can stop for the line ahead; m/s. */
const fittingSpeed = (route: Route, stationM: number, aheadM: number, wantedMps: number): number => {
  const lineM = route.stops.find((stop) => stop.stationM > stationM + aheadM)?.stationM
  const roomM = lineM === undefined ? Number.POSITIVE_INFINITY : Math.max(lineM - stationM - aheadM - 4, 0)
  return Math.min(wantedMps, Math.sqrt(2 * 1.5 * roomM), capAt(route, stationM))
}

/** Everybody who is there when the world begins. */
export const populate = (network: Network, vehicle: Vehicle, choices: Choices): Population => {
  const { draft, lanes, map } = network
  const routes = new Map<string, Route>()
  const routeOf = (way: readonly Lane[]): Route => {
    const key = way.map(({ id }) => id).join(' ')
    const route = routes.get(key) ?? routeOver(way, map)
    routes.set(key, route)
    return route
  }
  const straightOn = (next: readonly Lane[]) => next.find(({ turn }) => turn === 'straight') ?? next[0]!
  const egoLane = lanes.get(laneId(draft.ego.roadId, 1, draft.ego.lane))!
  const egoRoute = routeOf(wayFrom(network, egoLane, draft.ego.turns, straightOn))
  const egoBody = {
    aheadM: vehicle.lengthM - vehicle.rearOverhangM,
    behindM: vehicle.rearOverhangM,
    widthM: vehicle.widthM,
  }
  const egoMps = fittingSpeed(egoRoute, draft.ego.stationM, egoBody.aheadM, egoLane.limitMps * choices.between(0.6, 1))
  const drivers: DriverState[] = []
  // Long ones cut the corner where a road winds.
  const winds = map.lanes.some(
    ({ turn, path }) => !turn && path.stations.some(({ curvaturePerM }) => Math.abs(curvaturePerM) > 1 / 55),
  )
  const shapes = winds ? SMALL_SHAPES : SHAPES
  const bodyOf = (look: Look) => {
    const { x, y } = sizeOf(look)
    return { look, aheadM: x / 2, behindM: x / 2, widthM: y }
  }
  const carLook = (shapes: readonly CarShape[]): Look => ({
    kind: 'car',
    shape: choices.pick(shapes),
    tint: choices.pick(PAINTS),
  })
  /** Who drives ahead of or behind the ego in its lane, and brakes or dawdles. */
  const leadM = choices.chance(0.3 + 0.5 * draft.traffic) ? choices.between(17, 45) : undefined
  if (leadM !== undefined) {
    const look = carLook(shapes)
    const stationM = draft.ego.stationM + egoBody.aheadM + leadM + sizeOf(look).x / 2
    if (stationM < egoRoute.lengthM - 40 && !placeOf(egoRoute, stationM).lane.turn) {
      const whims = choices.chance(0.6)
        ? Array.from({ length: 2 }, (_, index) => {
            const fromS = index * 9 + choices.between(1.5, 6)
            return { fromS, toS: fromS + choices.between(2, 4.5), speedMps: choices.pick([0.01, 2, 4]) }
          })
        : []
      const turns = choices.chance(0.7) ? draft.ego.turns : []
      const route = routeOf(wayFrom(network, egoLane, turns, choices.pick))
      const speedMps = fittingSpeed(route, stationM, sizeOf(look).x / 2, egoLane.limitMps * choices.between(0.5, 0.9))
      const eagerness = choices.between(0.55, 1)
      drivers.push({ ...driverOn('lead', route, stationM, speedMps, bodyOf(look)), eagerness, whims })
    }
  }
  const egoMost =
    leadM === undefined
      ? egoMps
      : Math.min(egoMps, Math.sqrt((drivers[0]?.speedMps ?? 20) ** 2 + 2 * 1.5 * (leadM - 6)))
  const ego = driverOn('ego', egoRoute, draft.ego.stationM, egoMost, egoBody)

  for (const lane of map.lanes) {
    if (lane.turn) continue
    for (let stationM = choices.between(4, 40); stationM < lane.path.lengthM - 12; stationM += between()) {
      if (!choices.chance(0.25 + 0.65 * draft.traffic)) continue
      if (lane.id === egoLane.id && stationM > draft.ego.stationM - 20) continue
      if (lane.id === egoLane.id && stationM < 8) continue
      const rides = lane.rightId === undefined && choices.chance(0.1 + 0.1 * draft.people)
      const look: Look = rides ? { kind: 'cyclist', tint: choices.pick(CLOTHES) } : carLook(shapes)
      const route = routeOf(wayFrom(network, lane, [], choices.pick))
      const wanted = rides ? 4.5 : lane.limitMps * choices.between(0.6, 0.95)
      const { x } = sizeOf(look)
      const speedMps = fittingSpeed(route, stationM, x / 2, wanted)
      const shoulderM = roadOf(network, lane)?.draft.shoulderM ?? 0
      drivers.push({
        ...driverOn(`${rides ? 'cyclist' : 'car'}-${drivers.length}`, route, stationM, speedMps, bodyOf(look)),
        eagerness: choices.between(0.8, 1.03),
        ...(rides
          ? {
              topMps: choices.between(3.5, 6),
              keepM: shoulderM > 1.5 && shoulderM < 2 ? -(lane.widthM / 2 + 0.75) : -0.95,
            }
          : {}),
      })
    }
  }
  const parked = parkedCars(network, choices)
  const [calmEgo, ...calm] = calmed([ego, ...drivers])
  return { ego: calmEgo!, drivers: calm, parked, walkers: people(network, choices) }

  function between(): number {
    return choices.between(20, 34) + (1 - draft.traffic) * choices.between(0, 60)
  }
}

/** Braking from the first step on that nobody would call hard, and the room that is left; m/s^2, m. */
const FIRST_BRAKING_MPS2 = 1.5
const FIRST_ROOM_M = 4

/** Nobody begins faster than it can slow down to who is ahead, down whole queues. */
const calmed = (drivers: readonly DriverState[]): readonly DriverState[] => {
  let current = drivers
  for (let look = 0; look < 4; look += 1) {
    const bodies = current.map(bodyOfDriver)
    current = current.map((driver) => {
      const most = inTheWay(driver, { bodies }).map(({ gapM, speedMps }) =>
        Math.sqrt(speedMps ** 2 + 2 * FIRST_BRAKING_MPS2 * Math.max(gapM - FIRST_ROOM_M, 0)),
      )
      return { ...driver, speedMps: Math.min(driver.speedMps, ...most) }
    })
  }
  return current
}

const roadOf = ({ roads }: Network, lane: Lane): BuiltRoad | undefined => roads.get(lane.id.split('/')[0]!)

/** Along a side of some roads, away from junctions and crossings. */
const parkedCars = (network: Network, choices: Choices): readonly ParkedCar[] => {
  const { draft } = network
  if (draft.setting === 'country') return []
  const parked: ParkedCar[] = []
  for (const road of network.roads.values()) {
    const { leftM, rightM, middle } = road
    for (const side of [1, -1] as const) {
      // Without a strip of their own they stand half on the pavement; a strip for bicycles stays free.
      const { shoulderM } = road.draft
      if ((shoulderM > 0 && shoulderM < 2) || road.draft.pavementM < 2.4 || !choices.chance(0.6)) continue
      const edgeM = side === 1 ? leftM : rightM
      const lateralM = side * (shoulderM > 0 ? edgeM - shoulderM / 2 + 0.1 : edgeM + 0.75)
      for (let stationM = 24; stationM < middle.lengthM - 24; stationM += choices.pick([7, 8, 14, 22])) {
        const crossed = draft.crossings.some(
          (one) => one.roadId === road.draft.id && Math.abs(one.stationM - stationM) < 11,
        )
        const look: Look = { kind: 'car', shape: choices.pick(SMALL_SHAPES), tint: choices.pick(PAINTS) }
        const bent = Math.abs(curvatureAt(middle, stationM)) > 1 / 200
        if (crossed || bent || !choices.chance(0.6)) continue
        const pose = poseOnRoad(middle, stationM, lateralM)
        const headingRad = normaliseAngle(pose.headingRad + (side === 1 ? Math.PI : 0))
        parked.push({ id: `parked-${parked.length}`, look, pose: { ...pose, headingRad } })
      }
    }
  }
  return parked
}

/** Who crosses, and who walks along. */
const people = (network: Network, choices: Choices): readonly WalkerState[] => {
  const { draft, map, roads } = network
  const plans: WalkerPlan[] = []
  const speed = () => choices.between(1, 1.7)
  for (const crossing of map.crossings) {
    const count = choices.whole(0, 1 + Math.round(2.4 * draft.people))
    for (let index = 0; index < count; index += 1) {
      const asideM = (index - (count - 1) / 2) * 0.75
      plans.push({
        id: `walker-${plans.length}`,
        tint: choices.pick(CLOTHES),
        ...walkAcross(crossing, choices.chance(0.5), crossing.painted ? asideM : 0),
        speedMps: speed(),
        startS: choices.chance(0.3) ? 0 : choices.between(0, 14),
        crossing,
      })
    }
  }
  for (const road of roads.values()) {
    if (road.draft.pavementM === 0) continue
    const count = choices.whole(0, Math.round(4 * draft.people))
    for (let index = 0; index < count; index += 1) {
      const side = choices.pick([1, -1])
      const edgeM = side === 1 ? road.leftM : road.rightM
      const stationM = choices.between(25, Math.max(road.middle.lengthM - 50, 26))
      const pose = poseOnRoad(road.middle, stationM, side * (edgeM + road.draft.pavementM - 0.3))
      // Straight lines, short where the road bends.
      const ahead = poseOnRoad(road.middle, stationM + 25, 0).headingRad
      const bent = Math.abs(normaliseAngle(ahead - poseOnRoad(road.middle, stationM, 0).headingRad)) > 0.02
      const turn = choices.chance(0.5) ? Math.PI : 0
      plans.push({
        id: `walker-${plans.length}`,
        tint: choices.pick(CLOTHES),
        from: composePlanar(pose, { xM: 0, yM: 0, headingRad: turn }),
        lengthM: bent ? 1 : 22,
        speedMps: speed(),
        startS: 0,
      })
    }
  }
  return plans.map((plan) => ({ plan, walkedM: 0, speedMps: 0 }))
}
