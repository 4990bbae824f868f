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

/** Of what one camera errs and the other does not. */
export const differing = ({ noise, shared }: Detection): Covariance2 =>
  SHARED_CAUSES.reduce((sum, cause) => addCovariances(sum, covarianceAlong(shared[cause], 1 - COMMON[cause])), noise)

/** 1-sigma of how far it may have gone between the two exposures, its velocity being unknown; m. */
const movedBetween = (a: Detection, b: Detection): number =>
  Math.abs(priorOf(a.kind).speedSigmaMps * secondsBetween(a.timeNs, b.timeNs))

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
  const ofA = differing(a)
  const moved = roundCovariance(movedBetween(a, b))
  const all = addCovariances(moved, addCovariances(ofA, differing(b)))
  const determinant = all.xx * all.yy - all.xy * all.xy
  const inverse: Covariance2 = { xx: all.yy / determinant, xy: -all.xy / determinant, yy: all.xx / determinant }
  const toB = matrixOf(ofA).mmul(matrixOf(inverse))
  const toA = Matrix.eye(2).sub(toB)
  const weigh = (p: PlanarPoint, q: PlanarPoint): PlanarPoint => ({
    xM: toA.get(0, 0) * p.xM + toA.get(0, 1) * p.yM + toB.get(0, 0) * q.xM + toB.get(0, 1) * q.yM,
    yM: toA.get(1, 0) * p.xM + toA.get(1, 1) * p.yM + toB.get(1, 0) * q.xM + toB.get(1, 1) * q.yM,
  })
  const noise = toA
    .mmul(matrixOf(a.noise))
    .mmul(toA.transpose())
    .add(toB.mmul(matrixOf(addCovariances(b.noise, moved))).mmul(toB.transpose()))
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
