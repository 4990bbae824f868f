import { create } from '@bufbuild/protobuf'
import { z } from 'zod'
import type { Rig } from '#calibration'
import { type DrivingScene, readScenes } from '#dataset'
import { OutriderError } from '#errors'
import type { FusionConfig } from '#fusion'
import { GroundTruthMapSchema, secondsBetween } from '#messages'
import {
  driverNames,
  type Moment,
  mapTruth,
  recordSimulation,
  STEP_S,
  scenarioFamilies,
  unsteered,
  type World,
  worldOf,
} from '#simulator'
import { chooseSteps, HORIZON_S } from './choose-steps.ts'
import { chooserAdeM } from './chooser.ts'
import { roadOf } from './navsim/road.ts'
import { isReasonInSight } from './reason-in-sight.ts'
import { type DriveTruth, type SceneCase, sceneCases } from './scene-case.ts'
import everyday from './suites/everyday.json' with { type: 'json' }
import heldOut from './suites/held-out.json' with { type: 'json' }

const names = scenarioFamilies.map(({ name }) => name) as [string, ...string[]]

/** Drives that are made up on the spot, and which of their scenes count. */
export const drivingSuiteSchema = z.strictObject({
  name: z.string().min(1),
  about: z.string().describe('what the scenes are, in words'),
  seconds: z.number().positive().describe('of each drive; s'),
  everyS: z.number().positive().describe('between two scenes that may be chosen, a multiple of 0.05; s'),
  driver: z
    .enum(driverNames)
    .default('attentive')
    .describe(
      'of any but an attentive one scenes are the instants after a lapse: nothing in its past tells what follows',
    ),
  hard: z
    .strictObject({
      constantVelocityAdeM: z.number().describe('a hard scene is one in which constant velocity is this wrong; m'),
      seen: z
        .boolean()
        .default(false)
        .describe(
          'and only if it is slow now for others, a light or a sign that an image shows; no number tells of these',
        ),
      perDrive: z.int().positive().describe('hard scenes of a drive, spread over it'),
    })
    .describe('scenes in which something has to be seen'),
  free: z
    .strictObject({
      constantVelocityAdeM: z.number().describe('constant velocity is this wrong; m'),
      leastMps: z.number().describe('slower than this nobody would brake, with closed eyes neither; m/s'),
      perDrive: z.int().positive(),
    })
    .optional()
    .describe('scenes with nobody in the way for 3 s, on a road that bends or lets it pull away: braking is wrong'),
  blindAdeM: z
    .number()
    .positive()
    .optional()
    .describe('only scenes at which a small network without eyes, suites/chooser.json, is this wrong; m'),
  easyPerDrive: z.int().nonnegative().describe('others: who brakes for everything shall not win'),
  drives: z.array(
    z.strictObject({ family: z.enum(names), firstSeed: z.int().nonnegative(), count: z.int().positive() }),
  ),
})

export type DrivingSuite = z.infer<typeof drivingSuiteSchema>

const SUITES: Readonly<Record<string, unknown>> = { 'held-out': heldOut, everyday }

/** Throws OutriderError SUITE_UNKNOWN. */
export const drivingSuite = (name: string): DrivingSuite => {
  const found = SUITES[name]
  if (found !== undefined) return drivingSuiteSchema.parse(found)
  throw new OutriderError({
    code: 'SUITE_UNKNOWN',
    expected: `one of ${Object.keys(SUITES).join(', ')}`,
    found: JSON.stringify(name),
  })
}

/** One drive of a suite. */
export interface SuiteDrive {
  readonly family: string
  readonly seed: number
}

/** Families in proportion, so that the first few are already like all of them; seeds moved by `seedOffset`. */
export const suiteDrives = ({ drives }: DrivingSuite, seedOffset: number): readonly SuiteDrive[] =>
  drives
    .flatMap(({ family, firstSeed, count }) =>
      Array.from({ length: count }, (_, index) => ({
        drive: { family, seed: firstSeed + index + seedOffset },
        place: (index + 0.5) / count,
      })),
    )
    .toSorted((a, b) => a.place - b.place)
    .map(({ drive }) => drive)

/** Drives through a made-up place to choose its scenes, and draws those alone. */
export const suiteCases = async (
  { family, seed }: SuiteDrive,
  suite: DrivingSuite,
  rig: Rig,
  fusion: FusionConfig,
): Promise<readonly SceneCase[]> => {
  const made = worldOf({ family, seed, driver: suite.driver })
  // A course remembers what follows unsteered: the second time it costs nothing.
  const course = made.begin(rig.vehicle)
  const world: World = { ...made, begin: () => course }
  const moments = unsteered(course, suite.seconds + HORIZON_S).map(({ moment }) => moment)
  const chosen = new Map(chooseSteps(moments, suite).map(({ step, kind }) => [step, kind]))
  const isWorthSeeing = ([now]: readonly Moment[]): boolean => chosen.has(Math.round(now!.timeS / STEP_S))
  const stepsPerImage = Math.round(suite.everyS / STEP_S)
  const records = recordSimulation({ world, rig, groundTruth: 'all', stepsPerImage, isWorthSeeing }, suite.seconds)
  const drive = `${family}-${seed}`
  const scenes: DrivingScene[] = []
  if (chosen.size === 0) return []
  for await (const scene of readScenes(records, { tape: drive, rig, fusion })) scenes.push(scene)
  const kindOf = ({ frameSet }: DrivingScene) =>
    chosen.get(Math.round(secondsBetween(world.beginNs, frameSet.referenceTimeNs) / STEP_S))
  const counts = (scene: DrivingScene): boolean =>
    !suite.hard.seen || kindOf(scene) !== 'hard' || isReasonInSight(scene)
  const isRedAt = redAt(redLights(moments), world.beginNs)
  const road = roadOf(create(GroundTruthMapSchema, mapTruth(world.map, world.beginNs)))
  const cases = sceneCases(scenes.filter(counts), { drive, road, isRedAt })
  return cases.filter((each) => suite.blindAdeM === undefined || chooserAdeM(each) >= suite.blindAdeM)
}

/** By light, at each moment, whether it is red. */
const redLights = (moments: readonly Moment[]): ReadonlyMap<string, readonly boolean[]> => {
  const ids = new Set(moments.flatMap(({ lights }) => [...lights.keys()]))
  return new Map([...ids].map((id) => [id, moments.map(({ lights }) => lights.get(id)?.startsWith('red') ?? false)]))
}

/** Hundreds of drives are held at once: this keeps what lights show, and not the moments, which are 13 MB a drive. */
const redAt =
  (red: ReadonlyMap<string, readonly boolean[]>, beginNs: bigint): DriveTruth['isRedAt'] =>
  (lightId, timeNs) => {
    const shown = red.get(lightId) ?? []
    const step = Math.floor(secondsBetween(beginNs, timeNs) / STEP_S + 1e-6)
    return shown[Math.min(step, shown.length - 1)] ?? false
  }
