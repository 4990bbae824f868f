import { describe, expect, it } from 'vitest'
import { checkRig } from '#calibration'
import { CompressedImageSchema, decode, LocationFixSchema, RouteCommandSchema } from '#messages'
import {
  BEGIN_NS,
  BENT,
  DURATION_S,
  egoPoseAt,
  foxgloveDrive,
  SPEED_MPS,
  YAW_RATE_RADPS,
} from './testing/foreign-drives.ts'
import { foxglove } from './testing/foreign-tapes.ts'
import { collect, FOXGLOVE_MAP, importDrive, on, poseErrors, statesOf, worst } from './testing/import-drive.ts'

describe('a Foxglove tape', () => {
  it('gives poses by its transforms, the rig by calibration and map, images by their bytes', async () => {
    const drive = await importDrive(foxgloveDrive(), FOXGLOVE_MAP, { compression: '' })
    expect(checkRig(drive.rig)).toEqual([])
    expect(drive.rig.cameras[0]).toMatchObject({ model: { kind: 'brown-conrady', k1: BENT[0], k3: BENT[4] } })
    // The raw images say their own size.
    expect(drive.rig.cameras[1]).toMatchObject({ width: 4, height: 2, model: { kind: 'pinhole', fx: 3 } })
    const all = await collect(drive.records)
    expect(decode(CompressedImageSchema, on(all, '/sensors/camera/front')[0]!.payload).format).toBe('png')
    expect(on(all, '/sensors/camera/front_left/raw')).toHaveLength(10 * DURATION_S)
    const states = statesOf(all)
    const errors = poseErrors(states, { x: 100, y: 50 })
    expect(worst(errors.map(({ placeM }) => placeM))).toBeLessThan(1e-9)
    // No twist: by the difference of poses, over a chord.
    for (const { velocityInEgoMps, yawRateRadps } of states.slice(3, -3)) {
      expect(velocityInEgoMps!.x).toBeCloseTo(SPEED_MPS, 2)
      expect(yawRateRadps).toBeCloseTo(YAW_RATE_RADPS, 6)
    }
  })

  it('gives poses by its fixes, headed as the receiver says', async () => {
    const map = FOXGLOVE_MAP.replace('transforms: true', 'fix: /fix')
    const states = statesOf(await collect((await importDrive(foxgloveDrive(), map)).records))
    expect(states).toHaveLength(20 * DURATION_S)
    const start = states[0]!.poseInMap!.position!
    const driven = egoPoseAt(0)
    const errors = poseErrors(states, { x: start.x - driven.xM, y: start.y - driven.yM })
    expect(worst(errors.map(({ placeM }) => placeM))).toBeLessThan(1e-3)
    expect(worst(errors.map(({ headingRad }) => headingRad))).toBeLessThan(1e-9)
  })

  it('has a route where the car goes far enough to show one, unless the map says no', async () => {
    const long = Array.from({ length: 100 }, (_, index) => {
      const ns = BEGIN_NS + BigInt(index) * 100_000_000n
      const body = {
        timestamp: { seconds: ns / 1_000_000_000n, nanos: Number(ns % 1_000_000_000n) },
        frameId: 'car',
        latitude: 48 + index * 1e-5,
        longitude: 11,
      }
      return foxglove(LocationFixSchema, '/fix', ns, body)
    })
    const drafts = [...foxgloveDrive().filter(({ topic }) => topic !== '/fix'), ...long]
    const map = FOXGLOVE_MAP.replace('transforms: true', 'fix: /fix')
    const routes = on(await collect((await importDrive(drafts, map)).records), '/sensors/route')
    expect(routes.length).toBeGreaterThan(3)
    expect(decode(RouteCommandSchema, routes[0]!.payload).captureTimeNs).toBe(routes[0]!.publishTimeNs)
    expect(on(await collect((await importDrive(drafts, `${map}\nroute: false\n`)).records), '/sensors/route')).toEqual(
      [],
    )
  })
})
