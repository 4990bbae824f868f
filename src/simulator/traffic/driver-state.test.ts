import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DriverState, lateralOf, type Sidestep } from './driver-state.ts'

const driverAt = (sidestep: Sidestep, stationM: number): DriverState =>
  ({ keepM: 0, sidestep, stationM }) as Partial<DriverState> as DriverState

const sidesteps: fc.Arbitrary<Sidestep> = fc.record({
  fromM: fc.double({ min: -3, max: 3, noNaN: true }),
  fromSlope: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  beganM: fc.double({ min: 0, max: 500, noNaN: true }),
  overM: fc.double({ min: 8, max: 80, noNaN: true }),
})

test('a sidestep begins where the car is and as it drifts, and ends in the middle, along the lane', () => {
  fc.assert(
    fc.property(sidesteps, (sidestep) => {
      const begin = lateralOf(driverAt(sidestep, sidestep.beganM))
      expect(begin.lateralM).toBeCloseTo(sidestep.fromM, 9)
      expect(begin.slope).toBeCloseTo(sidestep.fromSlope!, 9)
      const end = lateralOf(driverAt(sidestep, sidestep.beganM + sidestep.overM * (1 - 1e-7)))
      expect(end.lateralM).toBeCloseTo(0, 5)
      expect(end.slope).toBeCloseTo(0, 5)
    }),
  )
})

test('the slope is how the place changes with the way', () => {
  fc.assert(
    fc.property(sidesteps, fc.double({ min: 0.01, max: 0.98, noNaN: true }), (sidestep, share) => {
      const at = sidestep.beganM + share * sidestep.overM
      const step = sidestep.overM * 1e-4
      const [before, after] = [lateralOf(driverAt(sidestep, at - step)), lateralOf(driverAt(sidestep, at + step))]
      expect(lateralOf(driverAt(sidestep, at)).slope).toBeCloseTo((after.lateralM - before.lateralM) / (2 * step), 4)
    }),
  )
})
