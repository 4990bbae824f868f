import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IDENTITY_TRANSFORM, quaternionFromYaw, transformFromPlanar } from '#geometry'
import { decode, encode, TracksSchema } from '#messages'
import { type SceneConfig, sceneConfig } from './config.ts'
import type { Detection } from './detection.ts'
import { detectionFromBox3 } from './detection-from-box3.ts'
import { chance } from './testing/chance.ts'
import { toyRig } from './testing/toy-rig.ts'
import { initialSceneState, type SceneState } from './track-state.ts'
import { type Sighting, trackStep } from './track-step.ts'
import { tracksMessage } from './tracks-message.ts'
import type { OpenEye } from './visible.ts'

const config = sceneConfig.parse({})
const S = 1_000_000_000n
const rig = toyRig({ front: 0, back: 180 })
const eyesOf = (...views: string[]): readonly OpenEye[] =>
  rig.cameras.filter(({ view }) => views.includes(view)).map((camera) => ({ camera, mapFromEgo: IDENTITY_TRANSFORM }))
const both = eyesOf('front', 'back')

const at = (key: string, timeNs: bigint, x: number, y: number, label = 'car'): Detection =>
  detectionFromBox3(
    {
      key,
      label,
      boxInMap: {
        pose: { translation: { x, y, z: 0.8 }, rotation: quaternionFromYaw(0) },
        sizeM: { x: 4, y: 2, z: 1.6 },
      },
      sigmaM: 0.3,
    },
    timeNs,
  )

const run = (sightings: readonly Sighting[], used: SceneConfig = config) => {
  let state: SceneState = initialSceneState
  return sightings.map((sighting) => {
    const step = trackStep(state, sighting, used)
    state = step.state
    return step
  })
}

test('two cars that pass each other keep their tracks', () => {
  const steps = run(
    Array.from({ length: 9 }, (_, index) => {
      const timeNs = (BigInt(index) * S) / 2n
      const timeS = index / 2
      return {
        timeNs,
        eyes: both,
        detections: [at('there', timeNs, 10 + 8 * timeS, 0), at('here', timeNs, 42 - 8 * timeS, 2.5)],
      }
    }),
  )
  for (const { sightings } of steps) {
    expect(sightings).toEqual([
      { number: 1, keys: ['there'] },
      { number: 2, keys: ['here'] },
    ])
  }
  const [, , vx] = steps.at(-1)!.state.tracks[1]!.belief.mean
  expect(vx).toBeCloseTo(-8, 1)
})

test('through a missing camera a track coasts, at its velocity, and is the same when the camera is back', () => {
  const sighting = (index: number): Sighting => {
    const timeNs = (BigInt(index) * S) / 2n
    const missing = index >= 4 && index < 8
    return {
      timeNs,
      eyes: missing ? eyesOf('back') : both,
      detections: missing ? [] : [at('a', timeNs, 10 + 2.5 * index, 0)],
    }
  }
  const steps = run(Array.from({ length: 10 }, (_, index) => sighting(index)))
  const blind = steps[7]!.state.tracks[0]!
  expect(blind).toMatchObject({ number: 1, sightings: 4, misses: 0 })
  expect(blind.belief.mean[0]).toBeCloseTo(10 + 2.5 * 7, 0)
  expect(blind.belief.covariance[0]).toBeGreaterThan(steps[3]!.state.tracks[0]!.belief.covariance[0]!)
  expect(steps[9]!.sightings).toEqual([{ number: 1, keys: ['a'] }])
  const message = decode(TracksSchema, encode(TracksSchema, tracksMessage(steps[7]!.state)))
  expect(message.tracks[0]).toMatchObject({ id: 'track-1', coasting: true, lastSeenNs: (3n * S) / 2n })
})

test('a track that a camera should see and does not ends after three sets; its number is never given again', () => {
  const empty = (index: number): Sighting => ({ timeNs: (BigInt(index) * S) / 2n, eyes: both, detections: [] })
  const steps = run([
    { timeNs: 0n, eyes: both, detections: [at('a', 0n, 20, 0)] },
    empty(1),
    empty(2),
    empty(3),
    { timeNs: 2n * S, eyes: both, detections: [at('b', 2n * S, 20, 0)] },
  ])
  expect(steps.map(({ state }) => state.tracks.map(({ number }) => number))).toEqual([[1], [1], [1], [], [2]])
})

test('outside of every camera a track is kept for three seconds', () => {
  const steps = run(
    [0, 1, 2, 3, 4].map((second) => ({
      timeNs: BigInt(second) * S,
      eyes: eyesOf('back'),
      detections: second === 0 ? [at('a', 0n, 20, 0)] : [],
    })),
  )
  expect(steps.map(({ state }) => state.tracks.length)).toEqual([1, 1, 1, 1, 0])
})

test('a detection of an earlier shutter is taken for when it was made', () => {
  const early = 40_000_000n
  const steps = run(
    Array.from({ length: 6 }, (_, index) => {
      const timeNs = (BigInt(index + 1) * S) / 10n
      const exposureNs = timeNs - early
      return { timeNs, eyes: both, detections: [at('a', exposureNs, 10 * (Number(exposureNs) / 1e9), 0)] }
    }),
  )
  const [x, , vx] = steps.at(-1)!.state.tracks[0]!.belief.mean
  expect(vx).toBeCloseTo(10, 0)
  expect(x).toBeCloseTo(6, 1)
})

test('a cone does not carry on the track of a car, a truck does', () => {
  const follow = (label: string) =>
    run([
      { timeNs: 0n, eyes: both, detections: [at('a', 0n, 20, 0)] },
      { timeNs: S / 2n, eyes: both, detections: [at('b', S / 2n, 20, 0, label)] },
    ])[1]!.sightings
  expect(follow('truck')).toEqual([{ number: 1, keys: ['b'] }])
  expect(follow('cone')).toEqual([
    { number: 1, keys: [] },
    { number: 2, keys: ['b'] },
  ])
})

test('when the clock goes back, tracks begin anew, and it is said', () => {
  const steps = run([
    { timeNs: 10n * S, eyes: both, detections: [at('a', 10n * S, 20, 0)] },
    { timeNs: 5n * S, eyes: both, detections: [at('a', 5n * S, 20, 0)] },
  ])
  expect(steps[1]!.faults).toMatchObject([{ source: 'scene', code: 'clock-jump' }])
  expect(steps[1]!.sightings).toEqual([{ number: 2, keys: ['a'] }])
})

test('no more agents are followed than allowed: the least seen go, and it is said', () => {
  const few = sceneConfig.parse({ maxTracks: 2 })
  const row = (count: number, timeNs: bigint) =>
    Array.from({ length: count }, (_, index) => at(`${index}`, timeNs, 10 + 10 * index, 0))
  const steps = run(
    [
      { timeNs: 0n, eyes: both, detections: row(2, 0n) },
      { timeNs: S, eyes: both, detections: row(5, S) },
    ],
    few,
  )
  expect(steps[1]!.state.tracks.map(({ number }) => number)).toEqual([1, 2])
  expect(steps[1]!.faults).toMatchObject([{ code: 'too-many-tracks' }])
})

test('the message says how sure it is: an agent seen once has no heading of its own unless it was measured', () => {
  const [step] = run([
    {
      timeNs: S,
      eyes: both,
      detections: [{ ...at('a', S, 20, 5), headingInMapRad: 1 }, withoutHeading(at('b', S, 40, 5))],
    },
  ])
  const { timeNs, tracks } = decode(TracksSchema, encode(TracksSchema, tracksMessage(step!.state)))
  expect(timeNs).toBe(S)
  expect(tracks.map(({ poseInMap }) => poseInMap?.headingRad)).toEqual([1, 0])
  expect(tracks[0]!.headingSigmaRad).toBeLessThan(0.1)
  expect(tracks[1]!.headingSigmaRad).toBeCloseTo(Math.PI / Math.sqrt(3), 9)
  expect(tracks[0]!.covariance).toHaveLength(16)
  expect(tracks[0]!.covariance[0]).toBeCloseTo(0.09, 9)
  expect(tracks[0]!.covariance[10]).toBeCloseTo(100, 9)
})

const withoutHeading = ({ headingInMapRad: _, ...detection }: Detection): Detection => detection

test('whatever is seen, tracks are bounded, numbers rise, nothing is NaN, and the same again gives the same', () => {
  const boxes = fc.array(
    fc.record({
      x: fc.double({ min: -100, max: 100, noNaN: true }),
      y: fc.double({ min: -100, max: 100, noNaN: true }),
      label: fc.constantFrom('car', 'pedestrian', 'cone', 'whatever'),
    }),
    { maxLength: 12 },
  )
  const few = sceneConfig.parse({ maxTracks: 8 })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2000 }), boxes), { maxLength: 8 }), (sets) => {
      let nowNs = 0n
      const sightings = sets.map(([afterMs, found]): Sighting => {
        nowNs += BigInt(afterMs) * 1_000_000n
        const detections = found.map(({ x, y, label }, index) => at(`${index}`, nowNs, x, y, label))
        return { timeNs: nowNs, eyes: both, detections }
      })
      const steps = run(sightings, few)
      for (const { state } of steps) {
        expect(state.tracks.length).toBeLessThanOrEqual(8)
        const numbers = state.tracks.map(({ number }) => number)
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
        expect(numbers.every((number) => number < state.nextNumber)).toBe(true)
        for (const { belief } of state.tracks) {
          expect([...belief.mean, ...belief.covariance].every(Number.isFinite)).toBe(true)
        }
      }
      // Plain data: written down and read again, it is the same, and so is what follows.
      expect(run(sightings, few)).toEqual(structuredClone(steps))
    }),
    { numRuns: 40 },
  )
})

test('a hundred agents in a moving crowd keep their tracks for ten seconds', () => {
  const { normal, uniform } = chance(7)
  const crowd = Array.from({ length: 100 }, (_, index) => ({
    key: `${index}`,
    x: -60 + 12 * (index % 10) + 2 * uniform(),
    y: -60 + 12 * Math.floor(index / 10) + 2 * uniform(),
    vx: 1.5 * normal(),
    vy: 1.5 * normal(),
  }))
  let switches = 0
  const trackOf = new Map<string, number>()
  const steps = run(
    Array.from({ length: 21 }, (_, index) => {
      const timeNs = (BigInt(index) * S) / 2n
      const t = index / 2
      const mapFromEgo = transformFromPlanar({ xM: 5 * t, yM: 0, headingRad: 0 })
      const detections = crowd.map(({ key, x, y, vx, vy }) =>
        at(key, timeNs, x + vx * t + 0.3 * normal(), y + vy * t + 0.3 * normal()),
      )
      return { timeNs, detections, eyes: rig.cameras.map((camera) => ({ camera, mapFromEgo })) }
    }),
  )
  for (const { sightings } of steps) {
    for (const { number, keys } of sightings) {
      for (const key of keys) {
        if (trackOf.has(key) && trackOf.get(key) !== number) switches += 1
        trackOf.set(key, number)
      }
    }
  }
  // Of random courses some cars drive through each other here; real ones do not.
  expect(switches).toBeLessThan(0.01 * 100 * 20)
})
