import { quaternionFromYaw, rotateVector, subtractVectors, type Transform, type Vector3 } from '#geometry'
import type { StampedPose } from '../ego-from-poses.ts'
import { ecefFromGeodetic, localFrame } from '../geodesy.ts'
import type { ForeignFix } from './foreign-message.ts'

type TimedFix = ForeignFix & { readonly captureNs: bigint; readonly arrivalNs: bigint }

/** A receiver is right to decimetres from fix to fix: over this way, to some 10 degrees; m. */
const LEAST_WAY_M = 1

/**
 * Poses by satellite: place by the fix, level, heading by the receiver where it says one, else along the way from fix to
 * fix, kept while the car stands. Map frame: east, north, up at the first fix. None where the car never moved a metre.
 */
export const posesFromFixes = (
  fixes: readonly TimedFix[],
  egoFromAntenna: Transform,
): readonly (StampedPose & { readonly arrivalNs: bigint })[] => {
  const placed = fixes.flatMap(({ place, ...fix }) => (place ? [{ ...fix, inEcef: ecefFromGeodetic(place) }] : []))
  const [first] = placed
  if (!first) return []
  const { pointInMap } = localFrame(first.inEcef)
  const points = placed.map(({ inEcef }) => pointInMap(inEcef))
  const headings = placed.map(({ headingRad }, index) =>
    headingRad === undefined ? headingAlong(points, index) : Math.PI / 2 - headingRad,
  )
  const firstKnown = headings.find((heading) => heading !== undefined)
  if (firstKnown === undefined) return []
  let last = firstKnown
  return placed.map(({ captureNs, arrivalNs }, index) => {
    last = headings[index] ?? last
    const rotation = quaternionFromYaw(last)
    const translation = subtractVectors(points[index]!, rotateVector(rotation, egoFromAntenna.translation))
    return { timeNs: captureNs, arrivalNs, mapFromEgo: { translation, rotation } }
  })
}

/** From the last place that is far enough behind to this one; rad, counter-clockwise from east. */
const headingAlong = (points: readonly Vector3[], index: number): number | undefined => {
  const here = points[index]!
  for (let before = index - 1; before >= 0; before -= 1) {
    const { x, y } = subtractVectors(here, points[before]!)
    if (Math.hypot(x, y) >= LEAST_WAY_M) return Math.atan2(y, x)
  }
  return undefined
}
