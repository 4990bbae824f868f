import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  angleBetweenQuaternions,
  extrapolateConstantTurnRate,
  multiplyQuaternions,
  type PlanarPose,
  planarFromTransform,
  poseFromTransform,
  type Quaternion,
  transformFromPlanar,
  transformFromPose,
} from '#geometry'
import { type EgoState, EgoStateSchema } from '#messages'
import { egoFills } from './ego-gaps.ts'
import { createEgoLoop, type EgoSample } from './ego-loop.ts'

const ms = (value: number): bigint => BigInt(Math.round(value * 1e6))

const stateAt = (pose: PlanarPose, heightM = 0, tilt: Quaternion = { x: 0, y: 0, z: 0, w: 1 }): EgoState => {
  const { translation, rotation } = transformFromPlanar(pose)
  const transform = { translation: { ...translation, z: heightM }, rotation: multiplyQuaternions(rotation, tilt) }
  return create(EgoStateSchema, { poseInMap: poseFromTransform(transform) })
}

const planarOf = (state: EgoState): PlanarPose => {
  const transform = transformFromPose(state.poseInMap)
  if (!transform) throw new Error('no pose')
  return planarFromTransform(transform)
}

const distance = (a: PlanarPose, b: PlanarPose): number => Math.hypot(a.xM - b.xM, a.yM - b.yM)

/** A car on an arc, seen at these times (ms) after the tape's beginning. */
const arcDrive = (start: PlanarPose, speedMps: number, yawRateRadps: number, atMs: readonly number[]): EgoSample[] =>
  atMs.map((at) => ({
    offsetNs: ms(at),
    state: stateAt(extrapolateConstantTurnRate(start, speedMps, yawRateRadps, at / 1000)),
  }))

const drives = {
  start: fc.record({
    xM: fc.double({ min: -2000, max: 2000, noNaN: true }),
    yM: fc.double({ min: -2000, max: 2000, noNaN: true }),
    headingRad: fc.double({ min: -3.1, max: 3.1, noNaN: true }),
  }),
  speedMps: fc.double({ min: -3, max: 40, noNaN: true }),
  yawRateRadps: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
  turn: fc.integer({ min: 0, max: 60 }),
}

describe('a looped ego path', () => {
  it('goes on along the arc that a glimpse of 43 ms shows, for 60 turns of 500 ms', () => {
    fc.assert(
      fc.property(fc.record(drives), ({ start, speedMps, yawRateRadps, turn }) => {
        const samples = arcDrive(start, speedMps, yawRateRadps, [0, 8, 15, 23, 31, 43])
        const loop = createEgoLoop(samples, ms(500))
        for (const { offsetNs, state } of samples) {
          const timeS = Number(offsetNs) / 1e9 + turn * 0.5
          const expected = extrapolateConstantTurnRate(start, speedMps, yawRateRadps, timeS)
          // 30 s from 43 ms: rounding of map coordinates grows by 700.
          expect(distance(planarOf(loop.inTurn(state, turn)), expected)).toBeLessThan(1e-3)
        }
      }),
    )
  })

  it('keeps the speed through every seam, the made-up states included', () => {
    fc.assert(
      fc.property(fc.record(drives), ({ start, speedMps, yawRateRadps, turn }) => {
        const samples = arcDrive(start, speedMps, yawRateRadps, [0, 20, 43])
        const loop = createEgoLoop(samples, ms(500))
        const track = [
          ...samples.map(({ offsetNs, state }) => ({ offsetNs, state: loop.inTurn(state, turn) })),
          ...egoFills(samples, ms(500))
            .filter(({ toNextTurn }) => toNextTurn)
            .map(({ from, to, fraction, offsetNs }) => ({
              offsetNs,
              state: loop.between(loop.inTurn(from.state, turn), loop.inTurn(to.state, turn + 1), fraction),
            })),
          { offsetNs: ms(500), state: loop.inTurn((samples[0] as EgoSample).state, turn + 1) },
        ]
        for (const [index, { offsetNs, state }] of track.slice(1).entries()) {
          const before = track[index] as (typeof track)[number]
          const chordMps =
            distance(planarOf(state), planarOf(before.state)) / (Number(offsetNs - before.offsetNs) / 1e9)
          expect(chordMps).toBeCloseTo(Math.abs(speedMps), 1)
        }
      }),
    )
  })

  it('ends a turn where the car really was when the tape is as long as the period, whatever it did between', () => {
    const path = [0, 100, 200, 300, 400, 500].map((at) => ({
      offsetNs: ms(at),
      // A change of lane: no arc leads from its first pose to its last.
      state: stateAt({
        xM: at / 50,
        yM: 1.75 * (1 - Math.cos((at / 500) * Math.PI)),
        headingRad: 0.1 * Math.sin(at / 160),
      }),
    }))
    const loop = createEgoLoop(path, ms(500))
    const [first, last] = [path[0] as EgoSample, path.at(-1) as EgoSample]
    for (const turn of [0, 1, 7]) {
      const end = planarOf(loop.inTurn(last.state, turn))
      const begin = planarOf(loop.inTurn(first.state, turn + 1))
      expect(distance(begin, end)).toBeLessThan(1e-9)
      expect(begin.headingRad).toBeCloseTo(end.headingRad, 9)
    }
  })

  it('keeps roll and pitch as they are, and climbs on', () => {
    const tilt = { x: 0.01, y: -0.02, z: 0, w: Math.sqrt(1 - 0.0005) }
    const samples = [0, 40].map((at) => ({
      offsetNs: ms(at),
      state: stateAt({ xM: at / 100, yM: 0, headingRad: 0 }, at / 1000, tilt),
    }))
    const loop = createEgoLoop(samples, ms(500))
    const moved = transformFromPose(loop.inTurn((samples[0] as EgoSample).state, 10).poseInMap)
    expect(moved?.translation.x).toBeCloseTo(50, 6)
    expect(moved?.translation.z).toBeCloseTo(5, 9)
    expect(angleBetweenQuaternions(moved?.rotation as Quaternion, tilt)).toBeLessThan(1e-9)
  })

  it.each([
    ['its velocity and yaw rate', { velocityInEgoMps: { x: 8, y: 0, z: 0 }, yawRateRadps: 0.2 }, 8, 0.2],
    ['its velocity, straight on when the yaw rate is absent', { velocityInEgoMps: { x: 8, y: 0, z: 0 } }, 8, 0],
    ['nothing, so it stands, when the velocity is absent', {}, 0, 0],
  ])('moves a single pose by %s', (_what, extra, speedMps, yawRateRadps) => {
    const start = { xM: 10, yM: -4, headingRad: 1 }
    const { poseInMap } = stateAt(start)
    const state = create(EgoStateSchema, { ...(poseInMap ? { poseInMap } : {}), ...extra })
    const moved = planarOf(createEgoLoop([{ offsetNs: 0n, state }], ms(500)).inTurn(state, 6))
    const expected = extrapolateConstantTurnRate(start, speedMps, yawRateRadps, 3)
    expect(distance(moved, expected)).toBeLessThan(1e-9)
    expect(moved.headingRad).toBeCloseTo(expected.headingRad, 9)
  })

  it('leaves a state without a pose without one', () => {
    const state = create(EgoStateSchema, { yawRateRadps: 0.1 })
    const loop = createEgoLoop([{ offsetNs: 0n, state }], ms(500))
    expect(loop.inTurn(state, 3)).toEqual(state)
    expect(loop.between(state, create(EgoStateSchema), 0.5)).toEqual(create(EgoStateSchema))
  })
})

describe('egoFills', () => {
  const samplesAt = (...atMs: number[]): EgoSample[] =>
    atMs.map((at) => ({ offsetNs: ms(at), state: create(EgoStateSchema) }))
  const offsetsMs = (samples: readonly EgoSample[], periodMs: number): number[] =>
    egoFills(samples, ms(periodMs)).map(({ offsetNs }) => Math.round(Number(offsetNs) / 1e6))

  it.each([
    ['a glimpse of 43 ms in 500 ms', [0, 20, 43], 500, [94, 145, 195, 246, 297, 348, 398, 449]],
    ['one state', [0], 200, [50, 100, 150]],
    ['20 Hz with jitter', [0, 52, 99, 147], 200, []],
    ['a hole in the middle', [0, 50, 200, 250], 300, [100, 150]],
    ['a seam that reaches into the next turn', [120], 200, [170, 220, 270]],
    ['no state at all', [], 500, []],
  ])('fills %s to 20 Hz', (_name, at, periodMs, expected) => {
    expect(offsetsMs(samplesAt(...at), periodMs)).toEqual(expected)
  })
})
