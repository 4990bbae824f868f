import type { Vehicle } from '#calibration'
import { normaliseAngle } from '#geometry'
import { ATMOSPHERES } from '../atmosphere.ts'
import { frontAheadM } from '../ego-body.ts'
import type { Agent, EgoMotion, EgoPlan, Moment, Reason } from '../moment.ts'
import { curvatureAt, placeOnRoad, poseOnRoad } from '../road.ts'
import { BEGIN_NS, STEP_S } from '../time.ts'
import type { Course, World } from '../world.ts'
import { poseOfCar } from './car-pose.ts'
import { planTown } from './plan-town.ts'
import { driveAlongRoad, occupantOfEgo } from './town-driver.ts'
import { townGround } from './town-ground.ts'
import { townMap } from './town-map.ts'
import { lightAt, type TownPlan } from './town-plan.ts'
import { TOWN_SIGNAL, townProps, townSignals } from './town-props.ts'
import { advanceCars, type CarState, occupantOfCar } from './traffic.ts'
import { walkerAt } from './walkers.ts'

/** The street of the examples: small, always the same drive, seen in other colours by other seeds. */
export const townWorld = (seed: number): World => {
  const plan = planTown(seed)
  return {
    name: 'town',
    seed,
    beginNs: BEGIN_NS,
    scenery: {
      ground: townGround(plan),
      props: townProps(plan),
      lamps: plan.lamps.map(({ stationM, lateralM }) => {
        const { xM, yM } = poseOnRoad(plan.road, stationM, lateralM)
        return { x: xM, y: yM, z: 5.3 }
      }),
      signals: townSignals(plan),
      signs: [],
      hillsM: plan.hillsM,
    },
    atmosphere: ATMOSPHERES.clear,
    map: townMap(plan),
    begin: (vehicle) => {
      const cars = plan.cars.map((car) => ({
        plan: car,
        stationM: car.stationM,
        speedMps: car.speedMps,
        accelerationMps2: 0,
      }))
      return courseFrom({ plan, vehicle, step: 0, cars, ego: firstEgo(plan) })
    },
  }
}

interface State {
  readonly plan: TownPlan
  readonly vehicle: Vehicle
  readonly step: number
  readonly cars: readonly CarState[]
  readonly ego: EgoMotion
}

const courseFrom = (state: State): Course => {
  const { plan, vehicle, step, cars, ego } = state
  const timeS = step * STEP_S
  let unsteered: Course | undefined
  return {
    moment: momentOf(state),
    next(steered) {
      if (!steered && unsteered) return unsteered
      const after = courseFrom({
        ...state,
        step: step + 1,
        ego: steered ?? driveAlongRoad(plan, ego, vehicle, cars.map(occupantOfCar), timeS, STEP_S),
        cars: advanceCars(plan, cars, occupantOfEgo(plan, ego, vehicle), timeS, STEP_S),
      })
      if (!steered) unsteered = after
      return after
    },
    coast() {
      return this.next(alongRoad(plan, ego))
    },
    atSpeed(speedMps) {
      const { yawRateRadps } = alongRoad(plan, { ...ego, speedMps })
      return courseFrom({ ...state, ego: { ...ego, speedMps, accelerationMps2: 0, yawRateRadps } })
    },
  }
}

/** The same speed, and as far from the middle of the road as before. */
const alongRoad = ({ road }: TownPlan, { pose, speedMps }: EgoMotion): EgoMotion => {
  const { stationM, lateralM } = placeOnRoad(road, pose)
  const aheadM = stationM + (speedMps * STEP_S) / (1 - lateralM * curvatureAt(road, stationM))
  const reached = poseOnRoad(road, aheadM, lateralM)
  const yawRateRadps = normaliseAngle(reached.headingRad - pose.headingRad) / STEP_S
  return { pose: reached, speedMps, accelerationMps2: 0, yawRateRadps }
}

const momentOf = ({ plan, vehicle, step, cars, ego }: State): Moment => {
  const timeS = step * STEP_S
  const light = lightAt(plan.light, timeS)
  const agents: readonly Agent[] = [
    ...cars.map((car) => ({
      id: car.plan.id,
      look: { kind: 'car' as const, shape: car.plan.shape, tint: car.plan.tint },
      pose: poseOfCar(plan, car),
      speedMps: car.speedMps,
      accelerationMps2: car.accelerationMps2,
      travelledM: Math.abs(car.stationM - car.plan.stationM),
      parked: car.plan.desiredSpeedMps === 0,
    })),
    ...plan.walkers.map((walker) => {
      const { pose, speedMps, walkedM } = walkerAt(plan, walker, timeS)
      return {
        id: walker.id,
        look: { kind: 'pedestrian' as const, tint: walker.tint },
        pose,
        speedMps,
        accelerationMps2: 0,
        travelledM: walkedM,
        parked: false,
        crosses: speedMps > 0 && walker.from.lateralM * walker.to.lateralM < 0,
      }
    }),
  ]
  return { timeS, ego, agents, lights: new Map([[TOWN_SIGNAL, light]]), egoPlan: egoPlanOf(plan, vehicle, ego, light) }
}

const egoPlanOf = (plan: TownPlan, vehicle: Vehicle, ego: EgoMotion, light: string): EgoPlan => {
  const { stationM, lateralM } = placeOnRoad(plan.road, ego.pose)
  const toLineM = plan.light.stationM - plan.light.stopLineM - stationM - frontAheadM(vehicle)
  const red: readonly Reason[] =
    light !== 'green' && toLineM > -1 ? [{ kind: 'red-light', id: TOWN_SIGNAL, distanceM: toLineM }] : []
  return {
    reasons: red,
    laneId: 'street-forward',
    lateralM: lateralM - plan.ego.lateralM,
    headingErrorRad: ego.pose.headingRad - poseOnRoad(plan.road, stationM, lateralM).headingRad,
    speedLimitMps: plan.ego.desiredSpeedMps,
    signalIds: toLineM > -4 ? [TOWN_SIGNAL] : [],
  }
}

const firstEgo = ({ road, ego }: TownPlan): EgoMotion => {
  const { stationM, lateralM, speedMps } = ego
  const curvature = curvatureAt(road, stationM)
  return {
    pose: poseOnRoad(road, stationM, lateralM),
    speedMps,
    accelerationMps2: 0,
    yawRateRadps: (speedMps * curvature) / (1 - lateralM * curvature),
  }
}
