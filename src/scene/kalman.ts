import { Matrix } from 'ml-matrix'
import { addCovariances, type Covariance2, covarianceAlong } from './covariance.ts'
import type { Detection } from './detection.ts'
import type { KindPrior } from './kind-prior.ts'

/**
 * What is believed of one agent: x, y (m), vx, vy (m/s) in map, and two numbers without unit that say how many sigmas
 * its detections are off along the ray and across it, which lasts from image to image. Plain numbers, so that state can
 * be written down.
 */
export interface Belief {
  /** Of 6. */
  readonly mean: readonly number[]
  /** 6x6, row-major, symmetric. */
  readonly covariance: readonly number[]
}

const SIZE = 6
/**
 * How long an error of size, slope or pitch lasts: 1-sigma of it is forgotten by 1/e in this time; s. The agent's size
 * lasts for ever, the road below it for some 30 m and the body's pitch for under 1 s.
 */
const SHARED_LASTS_S = 4

const at = (covariance: readonly number[], row: number, column: number): number => covariance[row * SIZE + column]!

/** From the first detection, with the prior of its kind for the velocity. */
export const beliefFrom = ({ positionInMap: { xM, yM }, noise, shared }: Detection, prior: KindPrior): Belief => {
  const [radial, lateral] = shared
  const position = shared.reduce((sum, direction) => addCovariances(sum, covarianceAlong(direction)), noise)
  const speed = prior.speedSigmaMps ** 2
  // The detection is the position plus its error, so where the error is positive the position is less.
  const rows = [
    [position.xx, position.xy, 0, 0, -radial.xM, -lateral.xM],
    [position.xy, position.yy, 0, 0, -radial.yM, -lateral.yM],
    [0, 0, speed, 0, 0, 0],
    [0, 0, 0, speed, 0, 0],
    [-radial.xM, -radial.yM, 0, 0, 1, 0],
    [-lateral.xM, -lateral.yM, 0, 0, 0, 1],
  ]
  return { mean: [xM, yM, 0, 0, 0, 0], covariance: rows.flat() }
}

/** Carried on by `durationS` of nearly constant velocity (white acceleration; Bar-Shalom et al. 2001, 6.2.2). */
export const predictBelief = (belief: Belief, prior: KindPrior, durationS: number): Belief => {
  if (durationS === 0) return belief
  const keep = Math.exp(-durationS / SHARED_LASTS_S)
  const step = new Matrix([
    [1, 0, durationS, 0, 0, 0],
    [0, 1, 0, durationS, 0, 0],
    [0, 0, 1, 0, 0, 0],
    [0, 0, 0, 1, 0, 0],
    [0, 0, 0, 0, keep, 0],
    [0, 0, 0, 0, 0, keep],
  ])
  const density = prior.strayMps ** 2
  const [position, cross, velocity] = [durationS ** 3 / 3, durationS ** 2 / 2, durationS].map((term) => term * density)
  const renewed = 1 - keep * keep
  const added = new Matrix([
    [position!, 0, cross!, 0, 0, 0],
    [0, position!, 0, cross!, 0, 0],
    [cross!, 0, velocity!, 0, 0, 0],
    [0, cross!, 0, velocity!, 0, 0],
    [0, 0, 0, 0, renewed, 0],
    [0, 0, 0, 0, 0, renewed],
  ])
  const mean = step.mmul(Matrix.columnVector([...belief.mean]))
  const covariance = step.mmul(matrixOf(belief)).mmul(step.transpose()).add(added)
  return { mean: mean.to1DArray(), covariance: symmetric(covariance) }
}

/** How a detection measures the state that is `aheadS` before it: position, moved on, plus its lasting errors. */
const measurementOf = ({ shared: [radial, lateral] }: Detection, aheadS: number): readonly (readonly number[])[] => [
  [1, 0, aheadS, 0, radial.xM, lateral.xM],
  [0, 1, 0, aheadS, radial.yM, lateral.yM],
]

/** What a detection brings that was not expected: the difference, and its covariance. */
export interface Innovation {
  readonly xM: number
  readonly yM: number
  readonly covariance: Covariance2
}

/** The detection lies `aheadS` after the belief: shutters of one set differ by some ms. */
export const innovationOf = ({ mean, covariance }: Belief, detection: Detection, aheadS: number): Innovation => {
  const [alongX, alongY] = measurementOf(detection, aheadS) as [readonly number[], readonly number[]]
  let [xM, yM] = [detection.positionInMap.xM, detection.positionInMap.yM]
  let { xx, xy, yy } = detection.noise
  for (let row = 0; row < SIZE; row += 1) {
    xM -= alongX[row]! * mean[row]!
    yM -= alongY[row]! * mean[row]!
    for (let column = 0; column < SIZE; column += 1) {
      const entry = at(covariance, row, column)
      xx += alongX[row]! * entry * alongX[column]!
      xy += alongX[row]! * entry * alongY[column]!
      yy += alongY[row]! * entry * alongY[column]!
    }
  }
  return { xM, yM, covariance: { xx, xy, yy } }
}

/** With the detection taken in; in Joseph's form, which stays a covariance whatever the rounding. */
export const updateBelief = (belief: Belief, detection: Detection, aheadS: number): Belief => {
  const { xM, yM, covariance } = innovationOf(belief, detection, aheadS)
  const measures = new Matrix(measurementOf(detection, aheadS).map((row) => [...row]))
  const determinant = covariance.xx * covariance.yy - covariance.xy * covariance.xy
  const inverse = new Matrix([
    [covariance.yy / determinant, -covariance.xy / determinant],
    [-covariance.xy / determinant, covariance.xx / determinant],
  ])
  const before = matrixOf(belief)
  const gain = before.mmul(measures.transpose()).mmul(inverse)
  const mean = Matrix.columnVector([...belief.mean]).add(gain.mmul(Matrix.columnVector([xM, yM])))
  const rest = Matrix.eye(SIZE).sub(gain.mmul(measures))
  const { xx, xy, yy } = detection.noise
  const noise = new Matrix([
    [xx, xy],
    [xy, yy],
  ])
  const after = rest.mmul(before).mmul(rest.transpose()).add(gain.mmul(noise).mmul(gain.transpose()))
  return { mean: mean.to1DArray(), covariance: symmetric(after) }
}

const matrixOf = ({ covariance }: Belief): Matrix => Matrix.from1DArray(SIZE, SIZE, [...covariance])

/** Rounding makes a covariance lopsided, and lopsided ones grow. */
const symmetric = (matrix: Matrix): readonly number[] => {
  const flat = matrix.to1DArray()
  return flat.map((entry, index) => (entry + at(flat, index % SIZE, Math.floor(index / SIZE))) / 2)
}
