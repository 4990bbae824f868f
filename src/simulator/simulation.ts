import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Rig } from '#calibration'
import { cameraFrame, type PlanarPose, poseFromTransform, transformFromPlanar } from '#geometry'
import {
  CompressedImageSchema,
  cameraTopic,
  EgoStateSchema,
  encode,
  GroundTruthImageBoxesSchema,
  GroundTruthMapSchema,
  GroundTruthSceneSchema,
  GroundTruthSchema,
  RouteCommandSchema,
  timestampFromNs,
  type Verdict,
} from '#messages'
import { followVerdict } from './follow-verdict.ts'
import type { EgoMotion, Moment } from './moment.ts'
import { renderView } from './render/render-view.ts'
import { createSilhouetteMask, type Silhouette } from './render/silhouette-mask.ts'
import { routeCommand } from './route.ts'
import { STEP_NS, STEP_S } from './time.ts'
import { agentsTruth } from './truth/agents.ts'
import { POSES, STEPS_PER_POSE } from './truth/futures.ts'
import { imageBoxesTruth } from './truth/image-boxes.ts'
import { mapTruth } from './truth/map.ts'
import { atOtherSpeeds } from './truth/other-speeds.ts'
import { type Silhouettes, sceneTruth } from './truth/scene.ts'
import type { Course, World } from './world.ts'

export interface SimulationOptions {
  readonly world: World
  readonly rig: Rig
  /** Steps from one image of each camera to the next; default 5, which is 4 Hz. */
  readonly stepsPerImage?: number
  /** Of the JPEGs, 0 to 100; default 60. */
  readonly jpegQuality?: number
  /** `agents`: where everybody is; `all`: also what images show, lights, signs, futures, the map. Default `agents`. */
  readonly groundTruth?: 'agents' | 'all'
  /** With all of the truth: at how many other speeds it tells what the ego's own driver would do; default none. */
  readonly otherSpeeds?: number
  /**
   * Asked at each image instant, with the present and what follows for 4 s while nobody steers, one every step: whether
   * the cameras look and truth is told. Default: always.
   */
  readonly isWorthSeeing?: (moments: readonly Moment[]) => boolean
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
  const { world, rig, stepsPerImage = 5, jpegQuality = 60, groundTruth = 'agents', isWorthSeeing } = options
  const { otherSpeeds = 0 } = options
  const { vehicle } = rig
  let step = 0
  let course = world.begin(vehicle)
  // What follows while nobody steers: the truth about the next 4 s looks at it again and again.
  let following: Course[] = []
  // A verdict's poses are in the ego frame of its own stamp: where the ego was then has to be remembered.
  const posesByTimeNs = new Map<bigint, PlanarPose>()

  const momentsAhead = (): readonly Moment[] => {
    while (following.length < POSES * STEPS_PER_POSE) following.push((following.at(-1) ?? course).next())
    return [course, ...following].map(({ moment }) => moment)
  }

  const images = (moment: Moment, timeNs: bigint, silhouettes: Map<string, ReadonlyMap<string, Silhouette>>) =>
    rig.cameras.map((camera) => {
      const mask = groundTruth === 'all' ? createSilhouetteMask(camera.width, camera.height) : undefined
      const data = renderView(world, moment, camera, mask).toJpeg(jpegQuality)
      if (mask) silhouettes.set(camera.view, mask.silhouettes())
      const frame = { timestamp: timestampFromNs(timeNs), frameId: cameraFrame(camera.view), format: 'jpeg', data }
      return { topic: cameraTopic(camera.view), timeNs, payload: encode(CompressedImageSchema, frame) }
    })

  const everythingTrue = (silhouettes: Silhouettes, timeNs: bigint): readonly SimulatedMessage[] => {
    const boxes = rig.cameras.map((camera) =>
      imageBoxesTruth(course.moment, camera, silhouettes.get(camera.view) ?? new Map(), timeNs),
    )
    const others = atOtherSpeeds(course, otherSpeeds, world.seed)
    const scene = sceneTruth(world, momentsAhead(), silhouettes, timeNs, others)
    return [
      ...boxes.map((box) => ({
        topic: '/ground-truth/image-boxes',
        timeNs,
        payload: encode(GroundTruthImageBoxesSchema, box),
      })),
      { topic: '/ground-truth/scene', timeNs, payload: encode(GroundTruthSceneSchema, scene) },
    ]
  }

  const messages = (moment: Moment, timeNs: bigint): readonly SimulatedMessage[] => {
    const sent: SimulatedMessage[] = [
      { topic: '/sensors/ego', timeNs, payload: encode(EgoStateSchema, egoState(moment.ego, rig, timeNs)) },
    ]
    if (step % STEPS_PER_ROUTE === 0) {
      sent.push({ topic: '/sensors/route', timeNs, payload: encode(RouteCommandSchema, routeCommand(moment, timeNs)) })
    }
    if (step === 0 && groundTruth === 'all') {
      const map = encode(GroundTruthMapSchema, mapTruth(world.map, timeNs))
      sent.push({ topic: '/ground-truth/map', timeNs, payload: map })
    }
    if (step % stepsPerImage !== 0 || isWorthSeeing?.(momentsAhead()) === false) return sent
    const silhouettes = new Map<string, ReadonlyMap<string, Silhouette>>()
    sent.push(...images(moment, timeNs, silhouettes))
    sent.push({
      topic: '/ground-truth/agents',
      timeNs,
      payload: encode(GroundTruthSchema, agentsTruth(moment, timeNs)),
    })
    if (groundTruth === 'all') sent.push(...everythingTrue(silhouettes, timeNs))
    return sent
  }

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
      if (steered) following = []
      course = following.shift() ?? course.next(steered)
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
