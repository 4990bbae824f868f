import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OutriderError } from '#errors'
import { type NumberTable, parseNpy } from './npy.ts'

/** A log of comma2k19: a stamp (s since the device's boot) and a row of numbers each. */
export interface Log {
  readonly t: NumberTable
  readonly value: NumberTable
}

/** One minute of comma2k19, as in its README; ECEF is earth-centred, earth-fixed; the device is x forward, y right, z down. */
export interface Comma2k19Minute {
  /** s since the device's boot. */
  readonly frameTimes: NumberTable
  /** GPS week; s of it. */
  readonly frameGpsTimes: NumberTable
  /** Of the camera, in ECEF; m. */
  readonly positions: NumberTable
  /** In ECEF; m/s. */
  readonly velocities: NumberTable
  /** ecefFromDevice; w, x, y, z. */
  readonly orientations: NumberTable
  /** m/s. */
  readonly speed: Log | undefined
  /** Of the steering wheel; deg, left positive. */
  readonly steering: Log | undefined
  /** In the device frame; rad/s. */
  readonly gyro: Log | undefined
  /** In the device frame, gravity in it; m/s^2. */
  readonly accelerometer: Log | undefined
}

/**
 * Reads a minute's folder (global_pose, processed_log). A log may be missing, a pose may not. Throws OutriderError
 * IMPORT_DATASET_MISSING, IMPORT_FILE_MISSING, IMPORT_ARRAY_INVALID.
 */
export const readComma2k19 = async (folder: string): Promise<Comma2k19Minute> => {
  if (!existsSync(join(folder, 'global_pose'))) {
    throw new OutriderError({
      code: 'IMPORT_DATASET_MISSING',
      expected: `a minute of comma2k19 in ${folder}: global_pose and processed_log`,
      found: existsSync(folder) ? 'no global_pose' : 'no such folder',
      next: 'name the folder of one segment, as in Chunk_1/b0c9d2329ad1606b|2018-08-02--08-34-47/40',
    })
  }
  const table = async (path: string, columns: number, rows?: number): Promise<NumberTable> => {
    const full = join(folder, path)
    if (!existsSync(full)) {
      throw new OutriderError({ code: 'IMPORT_FILE_MISSING', expected: `the file ${full}`, found: 'no such file' })
    }
    const found = parseNpy(await readFile(full), full)
    if (found.columns === columns && (rows === undefined || found.rows === rows) && found.rows > 0) return found
    throw new OutriderError({
      code: 'IMPORT_ARRAY_INVALID',
      expected: `${full}: ${rows ?? 'some'} rows of ${columns} numbers`,
      found: `${found.rows} rows of ${found.columns}`,
    })
  }
  const log = async (path: string, columns: number): Promise<Log | undefined> => {
    if (!existsSync(join(folder, 'processed_log', path))) return undefined
    const t = await table(`processed_log/${path}/t`, 1)
    return { t, value: await table(`processed_log/${path}/value`, columns, t.rows) }
  }
  const frameTimes = await table('global_pose/frame_times', 1)
  const pose = (name: string, columns: number) => table(`global_pose/${name}`, columns, frameTimes.rows)
  return {
    frameTimes,
    frameGpsTimes: await pose('frame_gps_times', 2),
    positions: await pose('frame_positions', 3),
    velocities: await pose('frame_velocities', 3),
    orientations: await pose('frame_orientations', 4),
    speed: await log('CAN/speed', 1),
    steering: await log('CAN/steering_angle', 1),
    gyro: await log('IMU/gyro', 3),
    accelerometer: await log('IMU/accelerometer', 3),
  }
}
