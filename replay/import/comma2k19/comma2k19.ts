import type { MessageInitShape } from '@bufbuild/protobuf'
import { OutriderError } from '#errors'
import {
  addVectors,
  composeTransforms,
  invertTransform,
  multiplyQuaternions,
  normaliseQuaternion,
  poseFromTransform,
  type Quaternion,
  rotateVector,
  scaleVector,
  type Transform,
  type Vector3,
} from '#geometry'
import { EgoStateSchema, encode, RouteCommandSchema } from '#messages'
import { calibrationPayloads } from '../calibration-payloads.ts'
import type { StampedPose } from '../ego-from-poses.ts'
import type { ForeignDrive } from '../foreign-drive.ts'
import { localFrame } from '../geodesy.ts'
import { ACCELERATION_WINDOW_S, crossProduct, RATE_WINDOW_S, vectorOfNumbers, withoutGravity } from '../inertial.ts'
import { createMeanAround, type Samples } from '../mean-around.ts'
import { orderRecords, readyPayload } from '../order-records.ts'
import { routeFromPath } from '../route-from-path.ts'
import { COMMA2K19_CARS, type Comma2k19CarName, carOfPath } from './comma2k19-car.ts'
import { type Comma2k19Minute, type Log, readComma2k19 } from './comma2k19-files.ts'
import { COMMA2K19_RIG_COMMENT, comma2k19Rig, egoFromDevice, inDevice } from './comma2k19-mounting.ts'
import type { NumberTable } from './npy.ts'

export interface Comma2k19Options {
  /** Which car it was, for its steering ratio; default: by the device's id in the path. */
  readonly car?: Comma2k19CarName | undefined
}

/** GPS began on 1980-01-06 UTC: s since the Unix epoch. */
const GPS_EPOCH_S = 315_964_800
const WEEK_S = 604_800
/** GPS is ahead of UTC by the leap seconds since 1980: 18 from 2017 on, all of the data set (IERS Bulletin C 52 ff.). */
const LEAP_S = 18

/**
 * One minute of comma2k19, ego only: an EgoState at each of its 20 Hz frames. Pose and velocity by its global pose,
 * acceleration and yaw rate by the device's IMU, steering by CAN where the car is known. Map frame: east, north, up at the
 * first place. Throws OutriderError IMPORT_….
 */
export const openComma2k19 = async (folder: string, { car }: Comma2k19Options = {}): Promise<ForeignDrive> => {
  const minute = await readComma2k19(folder)
  const carName = car ?? carOfPath(folder)
  const stamps = stampsOf(minute, folder)
  const orientations = stamps.map((_, row) => ecefFromDeviceAt(minute.orientations, row, folder))
  const velocities = orientations.map((rotation, row) => inDevice(rotation, vectorAt(minute.velocities, row)))
  const mounting = egoFromDevice(velocities, folder)
  const poses = posesOf(minute, stamps, orientations, mounting)
  const rig = comma2k19Rig(mounting, carName && COMMA2K19_CARS[carName])
  const states = egoStates(minute, poses, velocities, mounting, carName && COMMA2K19_CARS[carName].steeringRatio)
  const messages = [
    ...calibrationPayloads(rig, stamps[0]!),
    ...states.map((state) => readyPayload('/sensors/ego', state.captureTimeNs, encode(EgoStateSchema, state))),
    ...routeFromPath(poses).map((route) =>
      readyPayload('/sensors/route', route.captureTimeNs, encode(RouteCommandSchema, route)),
    ),
  ]
  return {
    name: rig.name,
    rig,
    rigComment: COMMA2K19_RIG_COMMENT,
    recordCount: messages.length,
    records: orderRecords(messages),
    notes: notesOf(minute, velocities, carName),
  }
}

const vectorAt = (table: NumberTable, row: number): Vector3 => ({
  x: table.at(row, 0),
  y: table.at(row, 1),
  z: table.at(row, 2),
})

/** GPS time of each frame -> ns since the Unix epoch. */
const stampsOf = ({ frameGpsTimes }: Comma2k19Minute, folder: string): readonly bigint[] => {
  const stamps = Array.from({ length: frameGpsTimes.rows }, (_, row) => {
    const [week, second] = [frameGpsTimes.at(row, 0), frameGpsTimes.at(row, 1)]
    if (!Number.isInteger(week) || !Number.isFinite(second)) return -1n
    return BigInt(GPS_EPOCH_S - LEAP_S + week * WEEK_S) * 1_000_000_000n + BigInt(Math.round(second * 1e9))
  })
  const wrong = stamps.findIndex((stamp, row) => stamp <= (stamps[row - 1] ?? 0n))
  if (wrong < 0) return stamps
  throw new OutriderError({
    code: 'IMPORT_STAMPS',
    expected: `${folder}/global_pose/frame_gps_times: GPS week and second, rising`,
    found: `row ${wrong}: ${frameGpsTimes.at(wrong, 0)}, ${frameGpsTimes.at(wrong, 1)}`,
  })
}

const ecefFromDeviceAt = (orientations: NumberTable, row: number, folder: string): Quaternion => {
  const [w, x, y, z] = [0, 1, 2, 3].map((column) => orientations.at(row, column)) as [number, number, number, number]
  const length = Math.hypot(w, x, y, z)
  if (Math.abs(length - 1) < 1e-3) return normaliseQuaternion({ x, y, z, w })
  throw new OutriderError({
    code: 'IMPORT_ARRAY_INVALID',
    expected: `${folder}/global_pose/frame_orientations: quaternions of length 1`,
    found: `length ${length} in row ${row}`,
  })
}

const posesOf = (
  { positions }: Comma2k19Minute,
  stamps: readonly bigint[],
  orientations: readonly Quaternion[],
  mounting: Transform,
): readonly StampedPose[] => {
  const deviceFromEgo = invertTransform(mounting)
  const ecefFromEgo = orientations.map((rotation, row) =>
    composeTransforms({ translation: vectorAt(positions, row), rotation }, deviceFromEgo),
  )
  const { pointInMap, mapFromEcef } = localFrame(ecefFromEgo[0]!.translation)
  return ecefFromEgo.map(({ translation, rotation }, row) => ({
    timeNs: stamps[row]!,
    mapFromEgo: { translation: pointInMap(translation), rotation: multiplyQuaternions(mapFromEcef, rotation) },
  }))
}

const samplesOf = ({ t, value }: Log): Samples => ({ ...value, timeS: (row) => t.at(row) })

const egoStates = (
  minute: Comma2k19Minute,
  poses: readonly StampedPose[],
  velocitiesInDevice: readonly Vector3[],
  mounting: Transform,
  steeringRatio: number | undefined,
): readonly (MessageInitShape<typeof EgoStateSchema> & { readonly captureTimeNs: bigint })[] => {
  const { gyro, accelerometer, steering, frameTimes } = minute
  const gyroAround = gyro && createMeanAround(samplesOf(gyro), RATE_WINDOW_S)
  const forceAround = accelerometer && createMeanAround(samplesOf(accelerometer), ACCELERATION_WINDOW_S)
  const wheelAround = steering && createMeanAround(samplesOf(steering), RATE_WINDOW_S)
  // From the device to the ego's origin.
  const leverInEgo = scaleVector(mounting.translation, -1)

  return poses.map(({ timeNs, mapFromEgo }, row) => {
    const timeS = frameTimes.at(row)
    const rates = gyroAround?.(timeS)
    const ratesInEgo = rates && rotateVector(mounting.rotation, vectorOfNumbers(rates))
    const force = forceAround?.(timeS)
    const wheelDeg = wheelAround?.(timeS)?.[0]
    const velocity = rotateVector(mounting.rotation, velocitiesInDevice[row]!)
    return {
      captureTimeNs: timeNs,
      poseInMap: poseFromTransform(mapFromEgo),
      velocityInEgoMps: ratesInEgo ? addVectors(velocity, crossProduct(ratesInEgo, leverInEgo)) : velocity,
      ...(force
        ? {
            accelerationInEgoMps2: withoutGravity(
              rotateVector(mounting.rotation, vectorOfNumbers(force)),
              mapFromEgo.rotation,
            ),
          }
        : {}),
      ...(ratesInEgo ? { yawRateRadps: ratesInEgo.z } : {}),
      ...(wheelDeg !== undefined && steeringRatio !== undefined
        ? { steeringAngleRad: ((wheelDeg / 180) * Math.PI) / steeringRatio }
        : {}),
    }
  })
}

const notesOf = (
  { speed, steering, gyro, accelerometer, frameTimes }: Comma2k19Minute,
  velocities: readonly Vector3[],
  car: Comma2k19CarName | undefined,
): readonly string[] => {
  const missing = Object.entries({
    'IMU/gyro': gyro,
    'IMU/accelerometer': accelerometer,
    'CAN/steering_angle': steering,
  })
    .filter(([, log]) => log === undefined)
    .map(([name]) => `${name} is not there: what it would tell is absent`)
  const unknownCar =
    car === undefined && steering ? ['the car is not known: steering is absent; say it with --car'] : []
  return [...missing, ...unknownCar, ...(speed ? [speedNote(speed, frameTimes, velocities)] : [])]
}

/** How well the car's own speed, by the turns of its wheels, agrees with the pose's. */
const speedNote = (
  speed: NonNullable<Comma2k19Minute['speed']>,
  frameTimes: NumberTable,
  velocities: readonly Vector3[],
): string => {
  const wheelsAround = createMeanAround(samplesOf(speed), RATE_WINDOW_S)
  let wheels = 0
  let pose = 0
  for (const [row, { x, y, z }] of velocities.entries()) {
    const mean = wheelsAround(frameTimes.at(row))?.[0]
    if (mean === undefined) continue
    wheels += mean
    pose += Math.hypot(x, y, z)
  }
  return `speed by CAN is ${((100 * wheels) / pose).toFixed(1)} % of speed over ground, which is what the tape has`
}
