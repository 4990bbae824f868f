// A made-up minute of comma2k19: straight on at 10 m/s, then to the left, with the device turned a little in the car.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  addVectors,
  applyTransform,
  composeTransforms,
  conjugateQuaternion,
  extrapolateConstantTurnRate,
  IDENTITY_PLANAR_POSE,
  multiplyQuaternions,
  type PlanarPose,
  type Quaternion,
  quaternionFromYaw,
  rotateVector,
  transformFromPlanar,
  type Vector3,
} from '#geometry'
import { ecefFromGeodetic, localFrame } from '../../geodesy.ts'

export const SPEED_MPS = 10
const YAW_RATE_RADPS = 0.2
/** Of the steering wheel, all the time. */
export const WHEEL_DEG = 33.76
export const FRAMES = 120
const TURN_FROM_S = 4
const BOOT_S = 1000
/** GPS week 2012 began on 2018-07-29. */
const WEEK = 2012
const WEEK_SECOND = 400_000
/** 2018-08-02 15:06:22 UTC: 315964800 + 2012 * 604800 + 400000 - 18. */
export const FIRST_NS = 1_533_222_382_000_000_000n

const ORIGIN = ecefFromGeodetic({ latitudeRad: 0.6584, longitudeRad: -2.1375, altitudeM: 20 })
/** Device (x forward, y right, z down) turned by 1 degree about z and 3 about y, at the place that the importer assumes. */
const EGO_FROM_DEVICE = {
  translation: { x: 1.5, y: 0, z: 1.22 },
  rotation: multiplyQuaternions(
    { x: 1, y: 0, z: 0, w: 0 },
    multiplyQuaternions({ x: 0, y: Math.sin(-0.026), z: 0, w: Math.cos(-0.026) }, quaternionFromYaw(Math.PI / 180)),
  ),
}

/** In the map frame of the tape: its origin is the first place. */
export const poseAt = (timeS: number): PlanarPose => {
  const start = { ...IDENTITY_PLANAR_POSE, headingRad: 0.7 }
  const straight = extrapolateConstantTurnRate(start, SPEED_MPS, 0, Math.min(timeS, TURN_FROM_S))
  return extrapolateConstantTurnRate(straight, SPEED_MPS, YAW_RATE_RADPS, Math.max(timeS - TURN_FROM_S, 0))
}

export const yawRateAt = (timeS: number): number => (timeS > TURN_FROM_S ? YAW_RATE_RADPS : 0)

const rowsOf = (vector: Vector3): number[] => [vector.x, vector.y, vector.z]

/** numpy.save of doubles; `columns` first to last where `columnsFirst` (Fortran's order). */
export const npy = (rows: readonly (readonly number[])[], { columnsFirst = false, axes = 2 } = {}): Buffer => {
  const [height, width] = [rows.length, rows[0]?.length ?? 0]
  const shape = axes === 1 ? `${height},` : `${height}, ${width}`
  const text = `{'descr': '<f8', 'fortran_order': ${columnsFirst ? 'True' : 'False'}, 'shape': (${shape}), }`
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1')
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.byteLength, 0])
  const values = columnsFirst
    ? Array.from({ length: width }, (_, column) => rows.map((row) => row[column]!)).flat()
    : rows.flat()
  return Buffer.concat([head, header, Buffer.from(Float64Array.from(values).buffer)])
}

/** Writes the folder of a minute. */
export const writeSyntheticComma2k19 = (folder: string): void => {
  const { mapFromEcef } = localFrame(ORIGIN)
  const ecefFromMap = { translation: ORIGIN, rotation: conjugateQuaternion(mapFromEcef) }
  const deviceFromEgo: Quaternion = conjugateQuaternion(EGO_FROM_DEVICE.rotation)
  const frames = Array.from({ length: FRAMES }, (_, row) => {
    const timeS = row / 20
    const rates = { x: 0, y: 0, z: yawRateAt(timeS) }
    const ecefFromEgo = composeTransforms(ecefFromMap, transformFromPlanar(poseAt(timeS)))
    const { translation, rotation } = composeTransforms(ecefFromEgo, EGO_FROM_DEVICE)
    const lever = EGO_FROM_DEVICE.translation
    // The device is ahead of the axle: in a turn it goes sideways too.
    const velocityInEgo = addVectors({ x: SPEED_MPS, y: 0, z: 0 }, { x: 0, y: rates.z * lever.x, z: 0 })
    return {
      timeS,
      position: rowsOf(translation),
      velocity: rowsOf(rotateVector(ecefFromEgo.rotation, velocityInEgo)),
      orientation: [rotation.w, rotation.x, rotation.y, rotation.z],
    }
  })
  // 100 Hz, beginning a little before the frames and with some jitter.
  const samples = Array.from({ length: 640 }, (_, index) => -0.13 + index / 100 + 0.002 * Math.sin(index))
  const inDevice = (vectorInEgo: Vector3) =>
    rowsOf(applyTransform({ translation: { x: 0, y: 0, z: 0 }, rotation: deviceFromEgo }, vectorInEgo))
  const times = npy(
    samples.map((timeS) => [BOOT_S + timeS]),
    { axes: 1 },
  )
  const files: Record<string, Buffer> = {
    'global_pose/frame_times': npy(
      frames.map(({ timeS }) => [BOOT_S + timeS]),
      { axes: 1 },
    ),
    'global_pose/frame_gps_times': npy(frames.map(({ timeS }) => [WEEK, WEEK_SECOND + timeS])),
    'global_pose/frame_positions': npy(frames.map(({ position }) => position)),
    'global_pose/frame_velocities': npy(frames.map(({ velocity }) => velocity)),
    'global_pose/frame_orientations': npy(frames.map(({ orientation }) => orientation)),
    'processed_log/CAN/speed/t': times,
    'processed_log/CAN/speed/value': npy(samples.map(() => [0.98 * SPEED_MPS])),
    'processed_log/CAN/steering_angle/t': times,
    'processed_log/CAN/steering_angle/value': npy(
      samples.map(() => [WHEEL_DEG]),
      { axes: 1 },
    ),
    'processed_log/IMU/gyro/t': times,
    'processed_log/IMU/gyro/value': npy(
      samples.map((timeS) => inDevice({ x: 0, y: 0, z: yawRateAt(timeS) })),
      { columnsFirst: true },
    ),
    'processed_log/IMU/accelerometer/t': times,
    'processed_log/IMU/accelerometer/value': npy(
      samples.map((timeS) => inDevice({ x: 0, y: SPEED_MPS * yawRateAt(timeS), z: 9.80665 })),
    ),
  }
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}
