import { normaliseAngle, type PlanarPoint, type PlanarPose } from '#geometry'
import { poseOnRoad, type Road } from './road.ts'

/** How finely a line is looked at before stations are laid evenly along it; m. */
const FINE_M = 0.1
/** About so far apart are stations; m. */
const SPACING_M = 0.5

/** A road along a curve given by closely spaced points: stations at even spacing, each an arc to the next. */
export const roadThrough = (points: readonly PlanarPoint[]): Road => {
  const lengths = [0]
  for (let index = 1; index < points.length; index += 1) {
    const from = points[index - 1]!
    const to = points[index]!
    lengths.push(lengths[index - 1]! + Math.hypot(to.xM - from.xM, to.yM - from.yM))
  }
  const lengthM = lengths.at(-1)!
  const count = Math.max(Math.round(lengthM / SPACING_M), 1)
  const spacingM = lengthM / count
  let segment = 0
  const places = Array.from({ length: count + 1 }, (_, index): PlanarPoint => {
    const wantedM = Math.min(index * spacingM, lengthM)
    while (segment < points.length - 2 && lengths[segment + 1]! < wantedM) segment += 1
    const from = points[segment]!
    const to = points[segment + 1]!
    const fraction = (wantedM - lengths[segment]!) / (lengths[segment + 1]! - lengths[segment]!)
    return { xM: from.xM + (to.xM - from.xM) * fraction, yM: from.yM + (to.yM - from.yM) * fraction }
  })
  // The chord of an arc has the mean direction of its ends.
  const chords = places.slice(1).map((to, index) => Math.atan2(to.yM - places[index]!.yM, to.xM - places[index]!.xM))
  const headings = places.map((_, index) => {
    const before = chords[index - 1]
    const after = chords[index]
    if (before === undefined) return after! - normaliseAngle((chords[1] ?? after!) - after!) / 2
    if (after === undefined) return before + normaliseAngle(before - (chords[index - 2] ?? before)) / 2
    return before + normaliseAngle(after - before) / 2
  })
  const stations = places.map(({ xM, yM }, index) => {
    const headingRad = normaliseAngle(headings[index]!)
    const turnRad = normaliseAngle((headings[index + 1] ?? headings[index]!) - headings[index]!)
    const pose: PlanarPose = { xM, yM, headingRad }
    return { pose, curvaturePerM: turnRad / spacingM }
  })
  return { stations, lengthM, spacingM }
}

/** The line `lateralM` to the left of a road, driven along (1) or against (-1) it. */
export const offsetRoad = (road: Road, lateralM: number, direction: 1 | -1): Road => {
  const count = Math.ceil(road.lengthM / FINE_M)
  const points = Array.from({ length: count + 1 }, (_, index) => {
    const { xM, yM } = poseOnRoad(road, (index / count) * road.lengthM, lateralM)
    return { xM, yM }
  })
  return roadThrough(direction === 1 ? points : points.toReversed())
}
