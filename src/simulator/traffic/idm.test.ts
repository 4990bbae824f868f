import fc from 'fast-check'
import { expect, test } from 'vitest'
import { driverAcceleration, stepSpeed } from './idm.ts'

const drive = (obstacleAtM: number | undefined, seconds: number, firstSpeedMps: number) => {
  let speedMps = firstSpeedMps
  let travelledM = 0
  for (let step = 0; step < seconds * 20; step += 1) {
    const obstacle = obstacleAtM === undefined ? undefined : { gapM: obstacleAtM - travelledM, speedMps: 0 }
    const next = stepSpeed(speedMps, driverAcceleration(speedMps, 8, obstacle), 0.05)
    speedMps = next.speedMps
    travelledM += next.distanceM
  }
  return { speedMps, travelledM }
}

test('on a free road the driver comes to the desired speed and keeps it', () => {
  expect(drive(undefined, 30, 0).speedMps).toBeCloseTo(8, 1)
  expect(drive(undefined, 30, 10).speedMps).toBeCloseTo(8, 1)
})

test('behind something that stands the driver comes to rest with room left, from any speed that can be braked', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 10, noNaN: true }), fc.integer({ min: 25, max: 80 }), (speedMps, gapM) => {
      const end = drive(gapM, 60, speedMps)
      expect(end.speedMps).toBeLessThan(0.05)
      expect(end.travelledM).toBeLessThan(gapM - 2)
      expect(end.travelledM).toBeGreaterThan(gapM - 4)
    }),
  )
})

test('nobody drives backward', () => {
  expect(stepSpeed(0.1, -6, 0.05)).toMatchObject({ speedMps: 0, accelerationMps2: -2 })
})
