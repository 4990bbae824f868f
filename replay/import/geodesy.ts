import { multiplyQuaternions, type Quaternion, rotateVector, subtractVectors, type Vector3 } from '#geometry'

/** WGS 84 ellipsoid (NIMA TR8350.2, table 3.1): semi-major axis in m, and flattening. */
const SEMI_MAJOR_M = 6_378_137
const FLATTENING = 1 / 298.257223563
const SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
const ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)
const SECOND_ECCENTRICITY_2 = ECCENTRICITY_2 / (1 - ECCENTRICITY_2)

export interface Geodetic {
  /** Geodetic; rad, north positive. */
  readonly latitudeRad: number
  /** rad, east positive. */
  readonly longitudeRad: number
  /** Above the ellipsoid; m. */
  readonly altitudeM: number
}

/** Earth-centred, earth-fixed: x to latitude 0 longitude 0, z to the north pole; m. */
export const ecefFromGeodetic = ({ latitudeRad, longitudeRad, altitudeM }: Geodetic): Vector3 => {
  const radiusM = SEMI_MAJOR_M / Math.sqrt(1 - ECCENTRICITY_2 * Math.sin(latitudeRad) ** 2)
  const ringM = (radiusM + altitudeM) * Math.cos(latitudeRad)
  return {
    x: ringM * Math.cos(longitudeRad),
    y: ringM * Math.sin(longitudeRad),
    z: (radiusM * (1 - ECCENTRICITY_2) + altitudeM) * Math.sin(latitudeRad),
  }
}

/** Bowring's formula, one step: below 1e-9 rad wrong up to 10 km above the ellipsoid; not for the poles themselves. */
export const geodeticFromEcef = ({ x, y, z }: Vector3): Geodetic => {
  const ringM = Math.hypot(x, y)
  const reduced = Math.atan2(z * SEMI_MAJOR_M, ringM * SEMI_MINOR_M)
  const latitudeRad = Math.atan2(
    z + SECOND_ECCENTRICITY_2 * SEMI_MINOR_M * Math.sin(reduced) ** 3,
    ringM - ECCENTRICITY_2 * SEMI_MAJOR_M * Math.cos(reduced) ** 3,
  )
  const radiusM = SEMI_MAJOR_M / Math.sqrt(1 - ECCENTRICITY_2 * Math.sin(latitudeRad) ** 2)
  return { latitudeRad, longitudeRad: Math.atan2(y, x), altitudeM: ringM / Math.cos(latitudeRad) - radiusM }
}

/** A map frame on the earth: x east, y north, z up at its origin. */
export interface LocalFrame {
  readonly pointInMap: (pointInEcef: Vector3) => Vector3
  readonly mapFromEcef: Quaternion
}

export const localFrame = (originInEcef: Vector3): LocalFrame => {
  const { latitudeRad, longitudeRad } = geodeticFromEcef(originInEcef)
  // About z until x points east, then about x until z points up.
  const aboutZ = quaternionAbout('z', -(longitudeRad + Math.PI / 2))
  const aboutX = quaternionAbout('x', latitudeRad - Math.PI / 2)
  const mapFromEcef = multiplyQuaternions(aboutX, aboutZ)
  return {
    mapFromEcef,
    pointInMap: (pointInEcef) => rotateVector(mapFromEcef, subtractVectors(pointInEcef, originInEcef)),
  }
}

const quaternionAbout = (axis: 'x' | 'z', angleRad: number): Quaternion => ({
  x: 0,
  y: 0,
  z: 0,
  [axis]: Math.sin(angleRad / 2),
  w: Math.cos(angleRad / 2),
})
