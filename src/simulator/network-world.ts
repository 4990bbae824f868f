import type { Vehicle } from '#calibration'
import { normaliseAngle, type PlanarPose } from '#geometry'
import type { Atmosphere } from './atmosphere.ts'
import { createChoices } from './families/choices.ts'
import type { Family } from './families/family.ts'
import type { Agent, EgoMotion, EgoPlan, Moment, Turn } from './moment.ts'
import { buildNetwork, type Network } from './network/build-network.ts'
import { lightOfCycle } from './network/light-cycle.ts'
import { plantRoadside } from './network/roadside.ts'
import { curvatureAt, poseOnRoad } from './road.ts'
import type { Light } from './things.ts'
import { BEGIN_NS, STEP_S } from './time.ts'
import { changeLanes, createLaneChanges, type LaneChanges } from './traffic/change-lanes.ts'
import { type Decision, decide } from './traffic/decide.ts'
import { bodiesOfDriver, type DriverState, lateralOf, poseOfDriver } from './traffic/driver-state.ts'
import { stepSpeed } from './traffic/idm.ts'
import { type ParkedCar, type Population, populate } from './traffic/populate.ts'
import { conflictsOf, grantWays, type RightOfWay } from './traffic/right-of-way.ts'
import { placeAlong, placeOf } from './traffic/route.ts'
import { takenOver } from './traffic/taken-over.ts'
import {
  advanceWalkers,
  bodyOfWalker,
  isCrossing,
  isWaiting,
  poseOfWalker,
  type WalkerState,
} from './traffic/walker.ts'
import type { Course, World } from './world.ts'

/** A world of a family: everything in it follows from the seed. */
export const networkWorld = (family: Family, seed: number, atmosphere: Atmosphere): World => {
  const network = buildNetwork(family.draw(createChoices(seed, family.name)))
  const roadside = plantRoadside(network, createChoices(seed, `${family.name} roadside`))
  const hills = createChoices(seed, 'hills')
  const [tall, first, second] = [hills.between(6, 18), hills.between(0, 6), hills.between(0, 6)]
  return {
    name: family.name,
    seed,
    beginNs: BEGIN_NS,
    scenery: {
      ground: [...roadside.meadows, ...network.ground],
      props: roadside.props,
      lamps: roadside.lamps,
      signals: network.signals,
      signs: network.signs,
      hillsM: Array.from({ length: 72 }, (_, index) => {
        const bearing = (index / 72) * 2 * Math.PI
        return (
          tall * (1 + 0.5 * Math.sin(2 * bearing + first) + 0.3 * Math.sin(5 * bearing + second)) + hills.between(0, 5)
        )
      }),
    },
    atmosphere,
    map: network.map,
    begin: (vehicle) =>
      beginCourse(network, populate(network, vehicle, createChoices(seed, `${family.name} people`)), vehicle),
  }
}

/** What never changes while a course runs. */
interface Rules {
  readonly network: Network
  readonly vehicle: Vehicle
  readonly parked: readonly ParkedCar[]
  readonly rightOfWay: RightOfWay
  readonly laneChanges: LaneChanges
  readonly lightAt: (signalId: string, timeS: number) => Light
}

interface State {
  readonly step: number
  readonly ego: EgoMotion
  /** The ego's own driver first. */
  readonly drivers: readonly DriverState[]
  readonly walkers: readonly WalkerState[]
}

const beginCourse = (network: Network, { ego, drivers, parked, walkers }: Population, vehicle: Vehicle): Course => {
  const lightAt = (signalId: string, timeS: number) => lightOfCycle(network.cycles.get(signalId)!, timeS)
  const rightOfWay = {
    conflicts: conflictsOf(network.map.lanes.filter(({ turn }) => turn)),
    ranks: network.ranks,
    lightAt,
  }
  const rules: Rules = { network, vehicle, parked, rightOfWay, laneChanges: createLaneChanges(network.map), lightAt }
  const motion = { pose: poseOfDriver(ego), speedMps: ego.speedMps, accelerationMps2: 0, yawRateRadps: yawRateOf(ego) }
  return courseFrom(rules, { step: 0, ego: motion, drivers: [ego, ...drivers], walkers })
}

const yawRateOf = ({ route, stationM, speedMps }: DriverState): number => {
  const { lane, stationM: onLane } = placeOf(route, stationM)
  return speedMps * curvatureAt(lane.path, onLane)
}

const courseFrom = (rules: Rules, state: State): Course => {
  const decided = decideAll(rules, state)
  let unsteered: Course | undefined
  let coasted: Course | undefined
  return {
    moment: momentOf(rules, state, decided),
    next(steered) {
      if (steered) return courseFrom(rules, stepFrom(rules, state, decided, steered))
      unsteered ??= courseFrom(rules, stepFrom(rules, state, decided))
      return unsteered
    },
    coast() {
      coasted ??= courseFrom(rules, stepFrom(rules, state, withStillPedals(decided)))
      return coasted
    },
    atSpeed(speedMps) {
      const [own, ...others] = state.drivers
      const driver = { ...own!, speedMps, accelerationMps2: 0 }
      const ego = { ...state.ego, speedMps, accelerationMps2: 0, yawRateRadps: yawRateOf(driver) }
      return courseFrom(rules, { ...state, ego, drivers: [driver, ...others] })
    },
  }
}

const withStillPedals = ({ drivers, decisions: [own, ...others] }: Decided): Decided => ({
  drivers: drivers.map((driver, index) => (index === 0 ? { ...driver, accelerationMps2: 0 } : driver)),
  decisions: [{ ...own!, accelerationMps2: 0 }, ...others],
})

interface Decided {
  /** With the ways they may take and the lanes they change to. */
  readonly drivers: readonly DriverState[]
  readonly decisions: readonly Decision[]
}

/** Steps between looks at the lanes beside: 0.5 s. */
const STEPS_PER_LANE_LOOK = 10

const decideAll = ({ rightOfWay, laneChanges, parked, lightAt }: Rules, { drivers, walkers, step }: State): Decided => {
  const timeS = step * STEP_S
  const looked = step % STEPS_PER_LANE_LOOK === 0 ? changeLanes(drivers, laneChanges, timeS) : drivers
  const granted = grantWays(looked, rightOfWay, timeS)
  const bodies = [
    ...granted.flatMap(bodiesOfDriver),
    ...parked.map(({ id, look, pose }) => {
      const big = look.kind === 'car' && look.shape === 'van'
      return { id, kind: 'vehicle' as const, pose, lengthM: big ? 5.1 : 4.7, widthM: big ? 1.95 : 1.84, speedMps: 0 }
    }),
    ...walkers.filter((walker) => isCrossing(walker)).map(bodyOfWalker),
  ]
  const surroundings = { timeS, bodies, walkers, lightAt }
  return { drivers: granted, decisions: granted.map((driver) => decide(driver, surroundings)) }
}

/** How fast a foot goes from one pedal to the other: toward more and toward less acceleration; m/s^3. */
const JERK_MPS3 = { up: 5, down: 12 } as const

const stepFrom = (
  rules: Rules,
  { step, ego, walkers }: State,
  { drivers, decisions }: Decided,
  steered?: EgoMotion,
): State => {
  const moved = drivers.flatMap((driver, index): readonly DriverState[] => {
    if (index === 0 && steered) return [takenOver(driver, steered)]
    const { accelerationMps2 } = decisions[index]!
    const before = driver.accelerationMps2
    const wanted = Math.min(
      Math.max(accelerationMps2, before - JERK_MPS3.down * STEP_S),
      before + JERK_MPS3.up * STEP_S,
    )
    const { distanceM, ...speed } = stepSpeed(driver.speedMps, wanted, STEP_S)
    const stationM = driver.stationM + distanceM * stationsPerM(driver)
    // Others vanish where the world ends.
    if (index > 0 && stationM + driver.aheadM > driver.route.lengthM - 1) return []
    return [{ ...driver, ...speed, stationM, travelledM: driver.travelledM + distanceM }]
  })
  const own = moved[0]!
  const pose = poseOfDriver(own)
  const motion = steered ?? {
    pose,
    speedMps: own.speedMps,
    accelerationMps2: own.accelerationMps2,
    yawRateRadps: normaliseAngle(pose.headingRad - ego.pose.headingRad) / STEP_S,
  }
  return {
    step: step + 1,
    ego: motion,
    drivers: moved,
    walkers: advanceWalkers(walkers, drivers, rules.lightAt, step * STEP_S, STEP_S),
  }
}

/** Beside the middle of a bent lane a metre of way is not a metre of station. */
const stationsPerM = (driver: DriverState): number => {
  const { lane, stationM } = placeOf(driver.route, driver.stationM)
  const { lateralM, slope } = lateralOf(driver)
  return 1 / ((1 - lateralM * curvatureAt(lane.path, stationM)) * Math.hypot(1, slope))
}

/** A turn is announced this long before it, at least this far; s, m. */
const ANNOUNCED_S = 4
const ANNOUNCED_M = 30

const turnAhead = (driver: DriverState, withinM: number): { kind: Turn; distanceM: number } | undefined => {
  const { route, stationM, aheadM, behindM, sidestep } = driver
  if (sidestep && Math.abs(sidestep.fromM) > 1.5 && stationM < sidestep.beganM + sidestep.overM) {
    return { kind: sidestep.fromM < 0 ? 'change-lane-left' : 'change-lane-right', distanceM: 0 }
  }
  const next = route.connectors.find(({ toM }) => toM > stationM - behindM)
  if (!next || next.fromM - stationM - aheadM > withinM) return undefined
  const turn = next.lane.turn
  return turn === 'left' || turn === 'right' ? { kind: turn, distanceM: Math.max(next.fromM - stationM, 0) } : undefined
}

const momentOf = (
  { network, parked, lightAt }: Rules,
  { step, ego, walkers }: State,
  { drivers, decisions }: Decided,
): Moment => {
  const timeS = step * STEP_S
  const driven = drivers.slice(1).map((driver): Agent => {
    const turn = turnAhead(driver, Math.max(driver.speedMps * ANNOUNCED_S, ANNOUNCED_M))?.kind
    return {
      id: driver.id,
      look: driver.look!,
      pose: poseOfDriver(driver),
      speedMps: driver.speedMps,
      accelerationMps2: driver.accelerationMps2,
      travelledM: driver.travelledM,
      parked: false,
      ...(turn ? { turns: turn, blinks: turn === 'left' || turn === 'change-lane-left' ? 'left' : 'right' } : {}),
    }
  })
  const standing = parked.map(
    ({ id, look, pose }): Agent => ({
      id,
      look,
      pose,
      speedMps: 0,
      accelerationMps2: 0,
      travelledM: 0,
      parked: true,
    }),
  )
  const walking = walkers.map(
    (walker): Agent => ({
      id: walker.plan.id,
      look: { kind: 'pedestrian', tint: walker.plan.tint },
      pose: poseOfWalker(walker),
      speedMps: walker.speedMps,
      accelerationMps2: 0,
      travelledM: walker.walkedM,
      parked: false,
      crosses: isCrossing(walker) || isWaiting(walker, timeS),
    }),
  )
  return {
    timeS,
    ego,
    agents: [...driven, ...standing, ...walking],
    lights: new Map([...network.cycles.keys()].map((id) => [id, lightAt(id, timeS)])),
    egoPlan: egoPlanOf(drivers[0]!, decisions[0]!, ego.pose),
  }
}

/** A signal further away than this rules nobody yet; m. */
const RULED_WITHIN_M = 90
/** The navigation speaks of a turn from this far on; m. */
const NAVIGATION_M = 120

const egoPlanOf = (driver: DriverState, { reasons }: Decision, pose: PlanarPose): EgoPlan => {
  const { route, stationM, aheadM } = driver
  const { lane, stationM: onLane } = placeOf(route, stationM)
  const place = placeAlong(route, pose, stationM - 4, stationM + 4, 30)
  const turn = turnAhead(driver, NAVIGATION_M)
  const connectorM = route.connectors.find(({ toM }) => toM > stationM)?.toM ?? 0
  return {
    reasons,
    laneId: lane.id,
    lateralM: place?.lateralM ?? 0,
    headingErrorRad: normaliseAngle(pose.headingRad - poseOnRoad(lane.path, onLane, 0).headingRad),
    speedLimitMps: lane.limitMps,
    ...(turn ? { turn } : {}),
    signalIds: route.stops
      .filter(({ rule, stationM: at }) => {
        const toM = at - stationM - aheadM
        return rule === 'light' && toM < RULED_WITHIN_M && (toM > -1 || (connectorM - stationM > 0 && toM > -12))
      })
      .map(({ id }) => id)
      .slice(0, 1),
  }
}
