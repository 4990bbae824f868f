import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkRig } from '#calibration'
import { OutriderError } from '#errors'
import {
  planarFromTransform,
  rotateVector,
  scaleVector,
  subtractVectors,
  transformFromPose,
  vectorLength,
} from '#geometry'
import { decode, type EgoState, EgoStateSchema, secondsBetween, type TapeRecord } from '#messages'
import { sharedOrSkip } from '../../../test/oracles.ts'
import { openComma2k19 } from './comma2k19.ts'
import { parseNpy } from './npy.ts'
import {
  FIRST_NS,
  FRAMES,
  npy,
  poseAt,
  SPEED_MPS,
  WHEEL_DEG,
  writeSyntheticComma2k19,
  yawRateAt,
} from './testing/synthetic-comma2k19.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'comma2k19-'))
  writeSyntheticComma2k19(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

const collect = async (records: AsyncIterable<TapeRecord>): Promise<TapeRecord[]> => {
  const all: TapeRecord[] = []
  for await (const record of records) all.push(record)
  return all
}
const statesOf = async (from: string, options = {}): Promise<EgoState[]> => {
  const all = await collect((await openComma2k19(from, options)).records)
  return all.filter(({ topic }) => topic === '/sensors/ego').map(({ payload }) => decode(EgoStateSchema, payload))
}

test('pose, velocity, acceleration, yaw rate and steering are those that were driven, each frame at its GPS time', async () => {
  const states = await statesOf(folder, { car: 'rav4' })
  expect(states).toHaveLength(FRAMES)
  for (const [row, state] of states.entries()) {
    const timeS = row / 20
    expect(state.captureTimeNs).toBe(FIRST_NS + BigInt(row) * 50_000_000n)
    const transform = transformFromPose(state.poseInMap)!
    const { xM, yM, headingRad } = planarFromTransform(transform)
    const driven = poseAt(timeS)
    expect(Math.hypot(xM - driven.xM, yM - driven.yM)).toBeLessThan(1e-6)
    expect(headingRad).toBeCloseTo(driven.headingRad, 6)
    expect(Math.abs(transform.translation.z)).toBeLessThan(1e-6)
    const up = rotateVector(transform.rotation, { x: 0, y: 0, z: 1 })
    expect(up.z).toBeCloseTo(1, 9)
    expect(state.steeringAngleRad).toBeCloseTo(((WHEEL_DEG / 16.88) * Math.PI) / 180, 9)
    // A mean over the beginning of the turn is neither.
    if (Math.abs(timeS - 4) < 0.11) continue
    expect(state.velocityInEgoMps!.x).toBeCloseTo(SPEED_MPS, 6)
    expect(state.velocityInEgoMps!.y).toBeCloseTo(0, 6)
    expect(state.yawRateRadps).toBeCloseTo(yawRateAt(timeS), 6)
    expect(state.accelerationInEgoMps2!.x).toBeCloseTo(0, 6)
    expect(state.accelerationInEgoMps2!.y).toBeCloseTo(SPEED_MPS * yawRateAt(timeS), 6)
    expect(state.accelerationInEgoMps2!.z).toBeCloseTo(0, 6)
  }
})

test('the rig has the camera of the device as it is mounted, and gives nothing to complain about', async () => {
  const { rig, notes } = await openComma2k19(folder, { car: 'civic' })
  expect(checkRig(rig)).toEqual([])
  expect(rig).toMatchObject({ name: 'comma2k19 Honda Civic', vehicle: { wheelbaseM: 2.7 } })
  const axis = rotateVector(rig.cameras[0]!.egoFromCamera.rotation, { x: 0, y: 0, z: 1 })
  // Turned to the right by 1 degree and down by 3: y is left, z is up.
  expect(Math.atan2(axis.y, axis.x)).toBeCloseTo(-Math.PI / 180, 4)
  expect(Math.asin(axis.z)).toBeCloseTo(-0.052, 4)
  expect(notes).toEqual(['speed by CAN is 98.0 % of speed over ground, which is what the tape has'])
})

test('what is not known is absent: steering without the car, what the missing logs would have told', async () => {
  const [withoutCar] = await statesOf(folder)
  expect(withoutCar!.steeringAngleRad).toBeUndefined()
  expect(withoutCar!.yawRateRadps).toBeDefined()
  expect((await openComma2k19(folder)).notes).toContainEqual(expect.stringContaining('--car'))
  rmSync(join(folder, 'processed_log'), { recursive: true })
  const drive = await openComma2k19(folder, { car: 'rav4' })
  expect(drive.notes).toHaveLength(3)
  for (const state of await statesOf(folder, { car: 'rav4' })) {
    expect(state).toMatchObject({ poseInMap: {}, velocityInEgoMps: {} })
    expect([state.yawRateRadps, state.accelerationInEgoMps2, state.steeringAngleRad]).toEqual(Array(3).fill(undefined))
  }
})

test('a window that reaches over the end of a log, or over a number that is none, tells nothing', async () => {
  const shorter = (path: string, change: (rows: number[][]) => number[][], axes: number) => {
    const full = join(folder, 'processed_log/IMU/gyro', path)
    const table = parseNpy(readFileSync(full), full)
    const rows = Array.from({ length: table.rows }, (_, row) =>
      Array.from({ length: table.columns }, (_, column) => table.at(row, column)),
    )
    writeFileSync(full, npy(change(rows), { axes }))
  }
  shorter('t', (rows) => rows.slice(0, 500), 1)
  shorter('value', (rows) => rows.slice(0, 500).map((row, index) => (index === 200 ? [Number.NaN, 0, 0] : row)), 2)
  const known = (await statesOf(folder)).map(({ yawRateRadps }) => yawRateRadps !== undefined)
  // Row 200 is at 1.87 s; row 499 at 4.86 s.
  expect(known.flatMap((is, row) => (is ? [] : [row])).filter((row) => row < 97)).toEqual([37, 38])
  expect(known.slice(98)).toEqual(Array(FRAMES - 98).fill(false))
})

test('the car is known by the device in the path', async () => {
  const named = join(folder, '99c94dc769b5d96e|2018-05-01--08-13-53', '12')
  mkdirSync(named, { recursive: true })
  writeSyntheticComma2k19(named)
  const [state] = await statesOf(named)
  expect(state!.steeringAngleRad).toBeCloseTo(((WHEEL_DEG / 15.38) * Math.PI) / 180, 9)
})

test.each<[string, () => void, string, RegExp]>([
  [
    'no folder',
    () => rmSync(join(folder, 'global_pose'), { recursive: true }),
    'IMPORT_DATASET_MISSING',
    /no global_pose/,
  ],
  [
    'a missing pose',
    () => rmSync(join(folder, 'global_pose/frame_positions')),
    'IMPORT_FILE_MISSING',
    /frame_positions/,
  ],
  [
    'a missing half of a log',
    () => rmSync(join(folder, 'processed_log/IMU/gyro/value')),
    'IMPORT_FILE_MISSING',
    /gyro/,
  ],
  [
    'a file that is no array',
    () => writeFileSync(join(folder, 'global_pose/frame_times'), 'version https://git-lfs.github.com'),
    'IMPORT_ARRAY_INVALID',
    /frame_times.*numpy/,
  ],
  [
    'an array that was cut off',
    () => {
      const path = join(folder, 'global_pose/frame_velocities')
      writeFileSync(path, readFileSync(path).subarray(0, 1000))
    },
    'IMPORT_ARRAY_INVALID',
    /2880 bytes/,
  ],
  [
    'an array of another type',
    () => {
      const path = join(folder, 'global_pose/frame_times')
      writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replace('<f8', '<i8'), 'latin1'))
    },
    'IMPORT_ARRAY_INVALID',
    /doubles/,
  ],
  [
    'another number of rows',
    () => writeFileSync(join(folder, 'global_pose/frame_velocities'), npy([[1, 2, 3]])),
    'IMPORT_ARRAY_INVALID',
    /120 rows of 3/,
  ],
  [
    'stamps that go back',
    () =>
      writeFileSync(
        join(folder, 'global_pose/frame_gps_times'),
        npy(Array.from({ length: FRAMES }, (_, row) => [2012, 400_000 - row])),
      ),
    'IMPORT_STAMPS',
    /row 1/,
  ],
  [
    'orientations that are none',
    () =>
      writeFileSync(
        join(folder, 'global_pose/frame_orientations'),
        npy(Array.from({ length: FRAMES }, () => [1, 1, 0, 0])),
      ),
    'IMPORT_ARRAY_INVALID',
    /length 1\.41/,
  ],
  [
    'a car that stands still',
    () =>
      writeFileSync(
        join(folder, 'global_pose/frame_velocities'),
        npy(Array.from({ length: FRAMES }, () => [0.1, 0, 0])),
      ),
    'IMPORT_STANDS_STILL',
    /0 of 120/,
  ],
])('%s is refused with a code', async (_, spoil, code, words) => {
  spoil()
  const error = await openComma2k19(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(OutriderError)
  expect(error).toMatchObject({ code, message: expect.stringMatching(words) })
})

const rms = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const correlation = (a: readonly number[], b: readonly number[]): number => {
  const [meanA, meanB] = [mean(a), mean(b)]
  const products = a.map((value, index) => (value - meanA) * (b[index]! - meanB))
  return mean(products) / (rms(a.map((value) => value - meanA)) * rms(b.map((value) => value - meanB)))
}

test('the fields of the real minute agree with each other: each frame is what it is taken for', async (context) => {
  const all = await statesOf(sharedOrSkip(context, 'data/comma2k19-minute'), { car: 'rav4' })
  expect(all).toHaveLength(1200)
  // The logs begin 40 ms after the first frame.
  const states = all.slice(5, -5)
  // Half a second to either side: long for noise, short for the road.
  const around = states
    .slice(10, -10)
    .map((state, index) => ({ before: states[index]!, state, after: states[index + 20]! }))
  const compared = around.map(({ before, state, after }) => {
    const [from, at, to] = [before, state, after].map(({ poseInMap }) => transformFromPose(poseInMap)!)
    const spanS = secondsBetween(before.captureTimeNs, after.captureTimeNs)
    const perSecond = (a: { x: number; y: number; z: number }, b: typeof a) =>
      scaleVector(subtractVectors(b, a), 1 / spanS)
    const inMap = (one: EgoState) => rotateVector(transformFromPose(one.poseInMap)!.rotation, one.velocityInEgoMps!)
    const toEgo = { x: -at!.rotation.x, y: -at!.rotation.y, z: -at!.rotation.z, w: at!.rotation.w }
    const heading = (pose: typeof from) => planarFromTransform(pose!).headingRad
    return {
      state,
      velocityError: vectorLength(subtractVectors(perSecond(from!.translation, to!.translation), inMap(state))),
      turnRadps: Math.atan2(Math.sin(heading(to) - heading(from)), Math.cos(heading(to) - heading(from))) / spanS,
      accelerationInEgo: rotateVector(toEgo, perSecond(inMap(before), inMap(after))),
    }
  })
  const smooth = (pick: (state: EgoState) => number) =>
    around.map((_, index) => mean(states.slice(index, index + 21).map(pick)))

  // Positions and velocities: same axes, same scale.
  expect(rms(compared.map(({ velocityError }) => velocityError))).toBeLessThan(0.15)
  // The car goes where it points, on the ground.
  expect(Math.abs(mean(states.map(({ velocityInEgoMps }) => velocityInEgoMps!.y)))).toBeLessThan(0.02)
  expect(Math.abs(mean(states.map(({ velocityInEgoMps }) => velocityInEgoMps!.z)))).toBeLessThan(0.02)
  // Gyro against heading: counter-clockwise positive.
  const turns = compared.map(({ turnRadps }) => turnRadps)
  const rates = smooth(({ yawRateRadps }) => yawRateRadps ?? Number.NaN)
  expect(rms(turns.map((turn, index) => turn - rates[index]!))).toBeLessThan(0.0015)
  expect(correlation(turns, rates)).toBeGreaterThan(0.95)
  // Accelerometer without gravity against the change of velocity.
  for (const axis of ['x', 'y', 'z'] as const) {
    const changes = compared.map(({ accelerationInEgo }) => accelerationInEgo[axis])
    const felt = smooth(({ accelerationInEgoMps2 }) => accelerationInEgoMps2?.[axis] ?? Number.NaN)
    expect(rms(changes.map((change, index) => change - felt[index]!)), axis).toBeLessThan(0.25)
    if (axis !== 'z') expect(correlation(changes, felt), axis).toBeGreaterThan(0.9)
  }
  // Left of the wheel is left of the car.
  const steered = smooth(
    ({ steeringAngleRad, velocityInEgoMps }) => (steeringAngleRad ?? Number.NaN) * velocityInEgoMps!.x,
  )
  expect(correlation(steered, rates)).toBeGreaterThan(0.75)
})
