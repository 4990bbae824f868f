import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Rig } from '#calibration'
import { cameraFrame, type PlanarPose, poseFromTransform, transformFromPlanar } from '#geometry'
import {
  CompressedImageSchema,
  cameraTopic,
  EgoStateSchema,
  encode,
  GroundTruthSchema,
  RouteCommandSchema,
  timestampFromNs,
  type Verdict,
} from '#messages'
import { driveAlongRoad, driveByVerdict, type EgoMotion, occupantOfEgo } from './ego-motion.ts'
import { groundTruth } from './ground-truth.ts'
import type { Moment } from './moment.ts'
import { renderView } from './render/render-view.ts'
import { curvatureAt, poseOnRoad } from './road.ts'
import { routeCommand } from './route.ts'
import { advanceCars, occupantOfCar } from './traffic.ts'
import { walkerAt } from './walkers.ts'
import type { World } from './world.ts'

export interface SimulationOptions {
  readonly world: World
  readonly rig: Rig
  /** Steps from one image of each camera to the next; default 5, which is 4 Hz. */
  readonly stepsPerImage?: number
  /** Of the JPEGs, 0 to 100; default 60. */
  readonly jpegQuality?: number
}

/** What a sensor of the made-up car sent. */
export interface SimulatedMessage {
  readonly topic: string
  /** Capture; ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly payload: Uint8Array
}

export interface Simulation {
  /**
   * The messages of the present instant; then the world goes one step on. With a verdict the ego goes where it wants it;
   * without one, or past its end, its own driver drives.
   */
  advance(verdict?: Verdict): readonly SimulatedMessage[]
  /** The present instant. */
  readonly moment: Moment
}

/** One step of time, the period of the ego state: 20 Hz. */
export const STEP_NS = 50_000_000n
const STEP_S = Number(STEP_NS) / 1e9
/** Once a second, as a navigation would. */
const STEPS_PER_ROUTE = 20

/** The same world, rig and verdicts give the same messages, byte for byte, on machines of one kind. */
export const createSimulation = (options: SimulationOptions): Simulation => {
  const { world, rig, stepsPerImage = 5, jpegQuality = 60 } = options
  const { vehicle } = rig
  let step = 0
  let moment = firstMoment(world)
  // A verdict's poses are in the ego frame of its own stamp: where the ego was then has to be remembered.
  const posesByTimeNs = new Map<bigint, PlanarPose>()

  const messages = (timeNs: bigint): readonly SimulatedMessage[] => [
    { topic: '/sensors/ego', timeNs, payload: encode(EgoStateSchema, egoState(moment.ego, rig, timeNs)) },
    ...(step % STEPS_PER_ROUTE === 0
      ? [{ topic: '/sensors/route', timeNs, payload: encode(RouteCommandSchema, routeCommand(timeNs)) }]
      : []),
    ...(step % stepsPerImage === 0
      ? [
          ...rig.cameras.map((camera) => ({
            topic: cameraTopic(camera.view),
            timeNs,
            payload: encode(CompressedImageSchema, {
              timestamp: timestampFromNs(timeNs),
              frameId: cameraFrame(camera.view),
              format: 'jpeg',
              data: renderView(world, moment, camera).toJpeg(jpegQuality),
            }),
          })),
          {
            topic: '/ground-truth/agents',
            timeNs,
            payload: encode(GroundTruthSchema, groundTruth(world, moment, timeNs)),
          },
        ]
      : []),
  ]

  return {
    get moment() {
      return moment
    },
    advance(verdict) {
      const timeNs = world.beginNs + BigInt(step) * STEP_NS
      const sent = messages(timeNs)
      posesByTimeNs.set(timeNs, moment.ego.pose)
      const { ego, cars, timeS } = moment
      const others = cars.map(occupantOfCar)
      const mapFromEgoAtVerdict = verdict && posesByTimeNs.get(verdict.timeNs)
      const steered =
        verdict && mapFromEgoAtVerdict
          ? driveByVerdict(verdict, mapFromEgoAtVerdict, ego, timeNs + STEP_NS, STEP_S)
          : undefined
      step += 1
      moment = {
        timeS: step * STEP_S,
        ego: steered ?? driveAlongRoad(world, ego, vehicle, others, timeS, STEP_S),
        cars: advanceCars(world, cars, occupantOfEgo(world, ego, vehicle), timeS, STEP_S),
        walkers: world.walkers.map((walker) => walkerAt(world, walker, step * STEP_S)),
      }
      return sent
    },
  }
}

const firstMoment = (world: World): Moment => {
  const { stationM, lateralM, speedMps } = world.ego
  const curvature = curvatureAt(world.road, stationM)
  return {
    timeS: 0,
    ego: {
      pose: poseOnRoad(world.road, stationM, lateralM),
      speedMps,
      accelerationMps2: 0,
      yawRateRadps: (speedMps * curvature) / (1 - lateralM * curvature),
    },
    cars: world.cars.map((plan) => ({ plan, stationM: plan.stationM, speedMps: plan.speedMps, accelerationMps2: 0 })),
    walkers: world.walkers.map((walker) => walkerAt(world, walker, 0)),
  }
}

const egoState = (ego: EgoMotion, { vehicle }: Rig, timeNs: bigint): MessageInitShape<typeof EgoStateSchema> => {
  const { speedMps, accelerationMps2, yawRateRadps } = ego
  return {
    captureTimeNs: timeNs,
    poseInMap: poseFromTransform(transformFromPlanar(ego.pose)),
    velocityInEgoMps: { x: speedMps, y: 0, z: 0 },
    accelerationInEgoMps2: { x: accelerationMps2, y: speedMps * yawRateRadps, z: 0 },
    yawRateRadps,
    // A standing car's wheels could point anywhere: absent, not 0.
    ...(speedMps > 0 ? { steeringAngleRad: Math.atan((yawRateRadps / speedMps) * vehicle.wheelbaseM) } : {}),
  }
}
