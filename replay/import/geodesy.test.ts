import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { rotateVector } from '#geometry'
import { ecefFromGeodetic, geodeticFromEcef, localFrame } from './geodesy.ts'

const DEGREE = Math.PI / 180

describe('places on the earth', () => {
  // By definition: on the equator the larger radius, at the pole the smaller one.
  it.each([
    { at: [0, 0, 0], ecef: [6_378_137, 0, 0] },
    { at: [0, 90, 100], ecef: [0, 6_378_237, 0] },
    { at: [90, 0, 0], ecef: [0, 0, 6_356_752.3142] },
  ])('$at is at $ecef', ({ at: [latitude = 0, longitude = 0, altitudeM = 0], ecef }) => {
    const { x, y, z } = ecefFromGeodetic({
      latitudeRad: latitude * DEGREE,
      longitudeRad: longitude * DEGREE,
      altitudeM,
    })
    for (const [axis, value] of [x, y, z].entries()) expect(value).toBeCloseTo(ecef[axis]!, 3)
  })

  test('come back from ECEF to a thousandth of a millimetre', () => {
    const place = fc.record({
      latitudeRad: fc.double({ min: -89 * DEGREE, max: 89 * DEGREE, noNaN: true }),
      longitudeRad: fc.double({ min: -Math.PI + 1e-9, max: Math.PI, noNaN: true }),
      altitudeM: fc.double({ min: -100, max: 9000, noNaN: true }),
    })
    fc.assert(
      fc.property(place, (there) => {
        const back = geodeticFromEcef(ecefFromGeodetic(there))
        expect(Math.abs(back.latitudeRad - there.latitudeRad)).toBeLessThan(1e-11)
        expect(Math.abs(back.longitudeRad - there.longitudeRad)).toBeLessThan(1e-11)
        expect(Math.abs(back.altitudeM - there.altitudeM)).toBeLessThan(1e-3)
      }),
    )
  })

  test('lie east, north and above in the map frame of a place', () => {
    const here = { latitudeRad: 37.7 * DEGREE, longitudeRad: -122.4 * DEGREE, altitudeM: 10 }
    const { pointInMap, mapFromEcef } = localFrame(ecefFromGeodetic(here))
    const step = 1e-6
    const east = pointInMap(ecefFromGeodetic({ ...here, longitudeRad: here.longitudeRad + step }))
    const north = pointInMap(ecefFromGeodetic({ ...here, latitudeRad: here.latitudeRad + step }))
    const up = pointInMap(ecefFromGeodetic({ ...here, altitudeM: 15 }))
    // By the radii of curvature at this latitude, 6386136 m cos(37.7 degrees) and 6359305 m, and 10 m more.
    expect(east.x).toBeCloseTo(5.0528, 3)
    expect(north.y).toBeCloseTo(6.3593, 3)
    expect(up).toMatchObject({ x: expect.closeTo(0, 6), y: expect.closeTo(0, 6), z: expect.closeTo(5, 6) })
    expect(Math.hypot(east.y, east.z)).toBeLessThan(1e-4)
    expect(Math.hypot(north.x, north.z)).toBeLessThan(1e-4)
    // The earth's axis points north and up by the latitude.
    const axis = rotateVector(mapFromEcef, { x: 0, y: 0, z: 1 })
    expect(axis.y).toBeCloseTo(Math.cos(here.latitudeRad), 9)
    expect(axis.z).toBeCloseTo(Math.sin(here.latitudeRad), 9)
  })
})
