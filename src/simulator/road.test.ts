import fc from 'fast-check'
import { expect, test } from 'vitest'
import { curvatureAt, placeOnRoad, poseOnRoad } from './road.ts'
import { planTown } from './town/plan-town.ts'

const { road } = planTown(1)

test('a place on the road is found again from its point, to a micrometre', () => {
  const station = fc.double({ min: 1, max: road.lengthM - 1, noNaN: true })
  const lateral = fc.double({ min: -6, max: 6, noNaN: true })
  fc.assert(
    fc.property(station, lateral, (stationM, lateralM) => {
      const found = placeOnRoad(road, poseOnRoad(road, stationM, lateralM))
      expect(found.lateralM).toBeCloseTo(lateralM, 6)
      expect(found.stationM).toBeCloseTo(stationM, 6)
    }),
  )
})

test('no kink and no jump of the steering anywhere along the road', () => {
  for (let stationM = 0; stationM < road.lengthM; stationM += 0.25) {
    const a = poseOnRoad(road, stationM, 0)
    const b = poseOnRoad(road, stationM + 0.25, 0)
    expect(Math.hypot(b.xM - a.xM, b.yM - a.yM)).toBeCloseTo(0.25, 4)
    expect(Math.abs(b.headingRad - a.headingRad)).toBeLessThan(0.25 / 44)
    expect(Math.abs(curvatureAt(road, stationM + 0.5) - curvatureAt(road, stationM))).toBeLessThan(0.001)
  }
})
