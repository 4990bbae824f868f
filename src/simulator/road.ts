import {
  extrapolateConstantTurnRate,
  type PlanarPoint,
  type PlanarPose,
  projectOnPolyline,
  relativePlanar,
} from '#geometry'

/** A piece of the centre line; its curvature runs evenly from one end to the other, so that no steering jumps. */
export interface RoadPiece {
  readonly lengthM: number
  /** Left positive; 1/m. */
  readonly curvatureFromPerM: number
  readonly curvatureToPerM: number
}

/** A road as stations along its centre line, in the map frame. */
export interface Road {
  readonly stations: readonly Station[]
  /** Of its centre line; m. */
  readonly lengthM: number
  /** From a station to the next; m. */
  readonly spacingM: number
}

interface Station {
  readonly pose: PlanarPose
  /** 1/m. */
  readonly curvaturePerM: number
}

/** Between stations the centre line is an arc; at 0.5 m the arcs of a town's bends differ from a clothoid by micrometres. */
const SPACING_M = 0.5

/** Lays the pieces one behind the other from `begin`. */
export const layRoad = (begin: PlanarPose, pieces: readonly RoadPiece[]): Road => {
  const stations: Station[] = []
  let pose = begin
  for (const { lengthM, curvatureFromPerM, curvatureToPerM } of pieces) {
    const count = Math.round(lengthM / SPACING_M)
    for (let index = 0; index < count; index += 1) {
      const curvaturePerM = curvatureFromPerM + ((curvatureToPerM - curvatureFromPerM) * (index + 0.5)) / count
      stations.push({ pose, curvaturePerM })
      pose = extrapolateConstantTurnRate(pose, 1, curvaturePerM, SPACING_M)
    }
  }
  stations.push({ pose, curvaturePerM: stations.at(-1)?.curvaturePerM ?? 0 })
  return { stations, lengthM: (stations.length - 1) * SPACING_M, spacingM: SPACING_M }
}

/** Curvature of the centre line, left positive; 1/m. */
export const curvatureAt = (road: Road, stationM: number): number =>
  road.stations[indexBefore(road, stationM)]!.curvaturePerM

/** The pose at a station, shifted to the left by `lateralM`; heading along the road. Past either end the road goes on as it ended. */
export const poseOnRoad = (road: Road, stationM: number, lateralM: number): PlanarPose => {
  const index = indexBefore(road, stationM)
  const { pose, curvaturePerM } = road.stations[index]!
  const { xM, yM, headingRad } = extrapolateConstantTurnRate(pose, 1, curvaturePerM, stationM - index * road.spacingM)
  return {
    xM: xM - lateralM * Math.sin(headingRad),
    yM: yM + lateralM * Math.cos(headingRad),
    headingRad,
  }
}

const indexBefore = ({ stations, spacingM }: Road, stationM: number): number =>
  Math.min(Math.max(Math.floor(stationM / spacingM), 0), stations.length - 1)

const centreLines = new WeakMap<Road, readonly PlanarPoint[]>()

/** Station and offset to the left of a point near the road; m. */
export const placeOnRoad = (
  road: Road,
  point: PlanarPoint,
): { readonly stationM: number; readonly lateralM: number } => {
  const line = centreLines.get(road) ?? road.stations.map(({ pose }) => pose)
  centreLines.set(road, line)
  // The line has chords where the road has arcs: twice looked at from the road itself, what is left is below a micrometre.
  let stationM = projectOnPolyline(line, point)!.arcLengthM
  let lateralM = 0
  for (let look = 0; look < 2; look += 1) {
    const seen = relativePlanar(poseOnRoad(road, stationM, 0), { ...point, headingRad: 0 })
    lateralM = seen.yM
    stationM += seen.xM / (1 - lateralM * curvatureAt(road, stationM))
  }
  return { stationM, lateralM }
}
