import { type DrivingScene, type Slice, slicesOf } from '#dataset'
import { interpolatePlanar, type PlanarPose, planarFromTransform, type TimedPose, transformFromPose } from '#geometry'
import { Perception_LightState as LightState } from '#messages'
import { agentKindOf } from '#scene'
import type { Ride } from './navsim/comfort.ts'
import type { Other } from './navsim/others.ts'
import { type EgoNow, STEP_S } from './navsim/plan-states.ts'
import { type Road, roadAround, roadOf } from './navsim/road.ts'

/** One scene to be scored, as plain data that every metric and every planner takes. */
export interface SceneCase {
  readonly scene: DrivingScene
  readonly id: string
  readonly family: string
  /** The same for scenes of one drive, which are alike. */
  readonly drive: string
  readonly slices: readonly Slice[]
  readonly timeNs: bigint
  readonly ego: EgoNow & { readonly accelerationMps2: number }
  /** What the world's own driver does: 8 poses to 4 s, in the ego frame now. */
  readonly driven: readonly TimedPose[]
  readonly others: readonly Other[]
  /** Within reach of a plan; undefined where the tape has no map. */
  readonly road: Road | undefined
  /** Whether a light shows red so long after now; s. */
  readonly isRedAt: (lightId: string, timeS: number) => boolean
  /** How the ego came here: 1.5 s at 10 Hz, now left out. */
  readonly past: readonly Ride[]
}

/** 4 s at 180 km/h would be 200 m, but no family is that fast: 100 km/h; m. */
const REACH_M = 120
/** What NAVSIM v2 looks back; s. */
const PAST_S = 1.5

/** What a drive knows beyond its scenes. */
export interface DriveTruth {
  /** A name for it. */
  readonly drive: string
  readonly road: Road | undefined
  /** Whether a light shows red at an instant; ns since the Unix epoch. */
  readonly isRedAt: (lightId: string, timeNs: bigint) => boolean
}

/** As far as the scenes of a tape tell. */
export const truthOfScenes = (scenes: readonly DrivingScene[], drive: string): DriveTruth => {
  const map = scenes.find((scene) => scene.map)?.map
  return { drive, road: map && roadOf(map), isRedAt: lightsOf(scenes) }
}

/** Scenes of one drive, in order. Throws on a scene without a driver, which its writer forgot. */
export const sceneCases = (
  scenes: readonly DrivingScene[],
  { drive, road, isRedAt }: DriveTruth,
): readonly SceneCase[] => {
  return scenes.map((scene) => {
    const { truth, frameSet, mapFromEgo, id } = scene
    const now = frameSet.egoHistory.find(({ timeS }) => timeS === 0)
    const timeNs = frameSet.referenceTimeNs
    return {
      scene,
      id,
      family: truth.family,
      drive,
      slices: slicesOf(scene),
      timeNs,
      ego: {
        poseInMap: mapFromEgo,
        speedMps: now?.speedMps ?? 0,
        accelerationMps2: now?.accelerationMps2 ?? 0,
        yawRateRadps: now?.yawRateRadps ?? 0,
      },
      driven: drivenOf(scene),
      others: othersOf(scene),
      road: road && roadAround(road, mapFromEgo, REACH_M),
      isRedAt: (lightId, timeS) => isRedAt(lightId, timeNs + BigInt(Math.round(timeS * 1e9))),
      past: pastOf(scene),
    }
  })
}

const drivenOf = ({ truth, id }: DrivingScene): readonly TimedPose[] => {
  const steps = truth.expert?.steps ?? []
  if (steps.length !== 8) throw new Error(`${id}: expected 8 poses of the world's own driver, found ${steps.length}`)
  return steps.map(({ timeS, poseInEgo }) => ({ timeS, pose: poseInEgo ?? { xM: 0, yM: 0, headingRad: 0 } }))
}

/** People and those on two wheels are no vehicles to UniAD's occupancy. */
const NOT_VEHICLES: ReadonlySet<string> = new Set(['pedestrian', 'bicycle', 'animal', 'cone', 'barrier', 'other'])

const othersOf = ({ agents, truth }: DrivingScene): readonly Other[] => {
  const futures = new Map(truth.futures.map((future) => [future.agentId, future.pathInMap]))
  return agents.agents.flatMap(({ id, category, poseInMap, sizeM }) => {
    const mapFromAgent = transformFromPose(poseInMap)
    if (!mapFromAgent || !sizeM) return []
    const now: PlanarPose = planarFromTransform(mapFromAgent)
    const vehicle = !NOT_VEHICLES.has(agentKindOf(category))
    return [{ id, vehicle, lengthM: sizeM.x, widthM: sizeM.y, path: [now, ...(futures.get(id) ?? [])] }]
  })
}

/** What the drive's scenes say of each light: red-yellow is red, and between two scenes it shows what it showed last. */
const lightsOf = (scenes: readonly DrivingScene[]): ((lightId: string, timeNs: bigint) => boolean) => {
  const shown = new Map<string, { readonly timeNs: bigint; readonly red: boolean }[]>()
  for (const { truth, frameSet } of scenes) {
    for (const { id, state } of truth.lights) {
      const red = state === LightState.RED || state === LightState.RED_YELLOW
      const known = shown.get(id) ?? []
      if (known.at(-1)?.timeNs !== frameSet.referenceTimeNs) known.push({ timeNs: frameSet.referenceTimeNs, red })
      shown.set(id, known)
    }
  }
  return (lightId, timeNs) => shown.get(lightId)?.findLast((at) => at.timeNs <= timeNs)?.red ?? false
}

/** Of the ego history, every 0.1 s; empty where it is shorter or has gaps. */
const pastOf = ({ mapFromEgo, frameSet: { egoHistory } }: DrivingScene): readonly Ride[] => {
  const samples = egoHistory.flatMap(({ timeS, xM, yM, headingRad, accelerationMps2, speedMps, yawRateRadps }) =>
    xM === undefined || yM === undefined || headingRad === undefined || accelerationMps2 === undefined
      ? []
      : [{ timeS, pose: { xM, yM, headingRad }, accelerationMps2, across: (speedMps ?? 0) * (yawRateRadps ?? 0) }],
  )
  const steps = Math.round(PAST_S / STEP_S)
  const rides = Array.from({ length: steps }, (_, index): Ride | undefined => {
    const timeS = (index - steps) * STEP_S
    const next = samples.findIndex((sample) => sample.timeS >= timeS - 1e-9)
    const [before, after] = [samples[Math.max(next - 1, 0)], samples[next]]
    if (!before || !after || before.timeS > timeS + 1e-9) return undefined
    const widthS = after.timeS - before.timeS
    const share = widthS === 0 ? 0 : (timeS - before.timeS) / widthS
    const between = (a: number, b: number): number => a * (1 - share) + b * share
    return {
      headingRad: mapFromEgo.headingRad + interpolatePlanar(before.pose, after.pose, share).headingRad,
      accelerationMps2: between(before.accelerationMps2, after.accelerationMps2),
      lateralAccelerationMps2: between(before.across, after.across),
    }
  })
  return rides.every((ride) => ride !== undefined) ? rides : []
}
