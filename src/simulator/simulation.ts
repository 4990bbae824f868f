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
import { followVerdict } from './follow-verdict.ts'
import { groundTruth } from './ground-truth.ts'
import type { EgoMotion, Moment } from './moment.ts'
import { renderView } from './render/render-view.ts'
import { routeCommand } from './route.ts'
import { STEP_NS, STEP_S } from './time.ts'
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
   * The messages of the present instant; then the world goes one step on. With a verdict the ego follows it as a car can;
   * without one, or past its end, its own driver drives.
   */
  advance(verdict?: Verdict): readonly SimulatedMessage[]
  /** The present instant. */
  readonly moment: Moment
}

/** Once a second, as a navigation would. */
const STEPS_PER_ROUTE = 20

/** The same world, rig and verdicts give the same messages, byte for byte, on machines of one kind. */
export const createSimulation = (options: SimulationOptions): Simulation => {
  const { world, rig, stepsPerImage = 5, jpegQuality = 60 } = options
  const { vehicle } = rig
  let step = 0
  let course = world.begin(vehicle)
  // A verdict's poses are in the ego frame of its own stamp: where the ego was then has to be remembered.
  const posesByTimeNs = new Map<bigint, PlanarPose>()

  const messages = (moment: Moment, timeNs: bigint): readonly SimulatedMessage[] => [
    { topic: '/sensors/ego', timeNs, payload: encode(EgoStateSchema, egoState(moment.ego, rig, timeNs)) },
    ...(step % STEPS_PER_ROUTE === 0
      ? [{ topic: '/sensors/route', timeNs, payload: encode(RouteCommandSchema, routeCommand(moment, timeNs)) }]
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
            payload: encode(GroundTruthSchema, groundTruth(moment, timeNs)),
          },
        ]
      : []),
  ]

  return {
    get moment() {
      return course.moment
    },
    advance(verdict) {
      const timeNs = world.beginNs + BigInt(step) * STEP_NS
      const { moment } = course
      const sent = messages(moment, timeNs)
      posesByTimeNs.set(timeNs, moment.ego.pose)
      const mapFromEgoAtVerdict = verdict && posesByTimeNs.get(verdict.timeNs)
      const steered =
        verdict && mapFromEgoAtVerdict
          ? followVerdict(verdict, mapFromEgoAtVerdict, moment.ego, vehicle, timeNs, STEP_S)
          : undefined
      step += 1
      course = course.next(steered)
      return sent
    },
  }
}

const egoState = (ego: EgoMotion, { vehicle }: Rig, timeNs: bigint): MessageInitShape<typeof EgoStateSchema> => {
  const { speedMps, accelerationMps2, yawRateRadps, steeringAngleRad } = ego
  // A standing car's wheels could point anywhere, unless somebody steers: absent, not 0.
  const steered =
    steeringAngleRad ?? (speedMps > 0 ? Math.atan((yawRateRadps / speedMps) * vehicle.wheelbaseM) : undefined)
  return {
    captureTimeNs: timeNs,
    poseInMap: poseFromTransform(transformFromPlanar(ego.pose)),
    velocityInEgoMps: { x: speedMps, y: 0, z: 0 },
    accelerationInEgoMps2: { x: accelerationMps2, y: speedMps * yawRateRadps, z: 0 },
    yawRateRadps,
    ...(steered === undefined ? {} : { steeringAngleRad: steered }),
  }
}
