import { Matrix } from 'ml-matrix'
import type { PlanarPoint } from '#geometry'
import { secondsBetween } from '#messages'
import { addCovariances, type Covariance2, covarianceAlong, roundCovariance } from './covariance.ts'
import type { Detection } from './detection.ts'
import { priorOf } from './kind-prior.ts'

/** Two cameras err alike about one agent: this share of the shared variance is common to both, as its size and the road are. */
const COMMON = 0.9

const differing = ({ noise, shared }: Detection): Covariance2 =>
  shared.reduce((sum, direction) => addCovariances(sum, covarianceAlong(direction, 1 - COMMON)), noise)

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

const spreadOf = ({ noise, shared: [radial, lateral] }: Detection): number =>
  noise.xx + noise.yy + radial.xM ** 2 + radial.yM ** 2 + lateral.xM ** 2 + lateral.yM ** 2

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
    shared: [weigh(a.shared[0], b.shared[0]), weigh(a.shared[1], b.shared[1])],
    views: [...one.views, ...other.views],
  }
}
