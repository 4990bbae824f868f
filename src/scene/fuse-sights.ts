import { Matrix } from 'ml-matrix'
import type { PlanarPoint } from '#geometry'
import { secondsBetween } from '#messages'
import { addCovariances, type Covariance2, covarianceAlong, roundCovariance } from './covariance.ts'
import { covarianceOf, type Detection, SHARED_CAUSES, type SharedErrors } from './detection.ts'
import { priorOf } from './kind-prior.ts'

/**
 * Two cameras err alike about one agent: this share of the variance of each cause is common to both. Its height and the
 * road are; its outline each sees from its own side.
 */
const COMMON: Readonly<Record<keyof SharedErrors, number>> = { size: 0.95, ground: 0.9, depth: 0, across: 0 }

const differing = ({ noise, shared }: Detection): Covariance2 =>
  SHARED_CAUSES.reduce((sum, cause) => addCovariances(sum, covarianceAlong(shared[cause], 1 - COMMON[cause])), noise)

/** How far it may have gone between the two exposures, its velocity being unknown. */
const movedBetween = (a: Detection, b: Detection): Covariance2 =>
  roundCovariance(priorOf(a.kind).speedSigmaMps * secondsBetween(a.timeNs, b.timeNs))

/** Covariance of the difference between two sights of one agent. */
export const sightDifferenceCovariance = (a: Detection, b: Detection): Covariance2 =>
  addCovariances(movedBetween(a, b), addCovariances(differing(a), differing(b)))

const matrixOf = ({ xx, xy, yy }: Covariance2) =>
  new Matrix([
    [xx, xy],
    [xy, yy],
  ])

const spreadOf = (detection: Detection): number => {
  const { xx, yy } = covarianceOf(detection)
  return xx + yy
}

const NOWHERE: PlanarPoint = { xM: 0, yM: 0 }

/** Two errors that have nothing to do with each other, both nearly along one line: as long as both in squares, along the longer. */
const inSquares = (a: PlanarPoint, b: PlanarPoint): PlanarPoint => {
  const [lengthA, lengthB] = [Math.hypot(a.xM, a.yM), Math.hypot(b.xM, b.yM)]
  const [longer, length] = lengthA >= lengthB ? [a, lengthA] : [b, lengthB]
  if (length === 0) return NOWHERE
  const grow = Math.hypot(lengthA, lengthB) / length
  return { xM: longer.xM * grow, yM: longer.yM * grow }
}

/** Two sights of one agent as one, at the time of the surer. What the cameras err in alike stays as it is. */
export const fuseSights = (one: Detection, other: Detection): Detection => {
  const [a, b] = spreadOf(one) <= spreadOf(other) ? [one, other] : [other, one]
  const all = sightDifferenceCovariance(a, b)
  const determinant = all.xx * all.yy - all.xy * all.xy
  const inverse: Covariance2 = { xx: all.yy / determinant, xy: -all.xy / determinant, yy: all.xx / determinant }
  const toB = matrixOf(differing(a)).mmul(matrixOf(inverse))
  const toA = Matrix.eye(2).sub(toB)
  const weigh = (ofA: PlanarPoint, ofB: PlanarPoint): PlanarPoint => ({
    xM: toA.get(0, 0) * ofA.xM + toA.get(0, 1) * ofA.yM + toB.get(0, 0) * ofB.xM + toB.get(0, 1) * ofB.yM,
    yM: toA.get(1, 0) * ofA.xM + toA.get(1, 1) * ofA.yM + toB.get(1, 0) * ofB.xM + toB.get(1, 1) * ofB.yM,
  })
  const noise = toA
    .mmul(matrixOf(a.noise))
    .mmul(toA.transpose())
    .add(toB.mmul(matrixOf(addCovariances(b.noise, movedBetween(a, b)))).mmul(toB.transpose()))
  return {
    ...a,
    keys: [...one.keys, ...other.keys],
    positionInMap: weigh(a.positionInMap, b.positionInMap),
    noise: { xx: noise.get(0, 0), xy: (noise.get(0, 1) + noise.get(1, 0)) / 2, yy: noise.get(1, 1) },
    shared: {
      size: weigh(a.shared.size, b.shared.size),
      ground: weigh(a.shared.ground, b.shared.ground),
      depth: inSquares(weigh(a.shared.depth, NOWHERE), weigh(NOWHERE, b.shared.depth)),
      across: inSquares(weigh(a.shared.across, NOWHERE), weigh(NOWHERE, b.shared.across)),
    },
    views: [...one.views, ...other.views],
  }
}
