import { Matrix } from 'ml-matrix'
import { type Covariance2, determinantOf } from './covariance.ts'
import { covarianceOf, type Detection, SHARED_CAUSES, type SharedErrors } from './detection.ts'
import type { KindPrior } from './kind-prior.ts'

/**
 * What is believed of one agent: x, y (m), vx, vy (m/s) in map, and for each cause in SHARED_CAUSES a number without
 * unit that says how many sigmas its detections are off. Plain numbers, so that state can be written down.
 */
export interface Belief {
  /** Of BELIEF_SIZE. */
  readonly mean: readonly number[]
  /** BELIEF_SIZE x BELIEF_SIZE, row-major, symmetric. */
  readonly covariance: readonly number[]
}

export const BELIEF_SIZE = 4 + SHARED_CAUSES.length
const SIZE = BELIEF_SIZE
/**
 * How long a lasting error lasts: its correlation falls to 1/e in this time; s. An agent's size lasts for ever (60 s is
 * longer than it is followed), the road under it for some 50 m, its outline until it is seen from another side.
 */
const LASTS_S: Readonly<Record<keyof SharedErrors, number>> = { size: 60, ground: 4, depth: 4, across: 2 }

/** Entry of a belief's covariance; rows and columns count from 0. */
export const covarianceAt = (covariance: readonly number[], row: number, column: number): number =>
  covariance[row * SIZE + column]!

/** From the first detection, with the prior of its kind for the velocity. */
export const beliefFrom = (detection: Detection, prior: KindPrior): Belief => {
  const { positionInMap, shared } = detection
  const position = covarianceOf(detection)
  const covariance = Matrix.zeros(SIZE, SIZE)
  covariance.set(0, 0, position.xx)
  covariance.set(0, 1, position.xy)
  covariance.set(1, 0, position.xy)
  covariance.set(1, 1, position.yy)
  covariance.set(2, 2, prior.speedSigmaMps ** 2)
  covariance.set(3, 3, prior.speedSigmaMps ** 2)
  SHARED_CAUSES.forEach((cause, index) => {
    const at = 4 + index
    covariance.set(at, at, 1)
    // The detection is the position plus its error, so where the error is positive the position is less.
    const { xM, yM } = shared[cause]
    covariance.set(0, at, -xM)
    covariance.set(at, 0, -xM)
    covariance.set(1, at, -yM)
    covariance.set(at, 1, -yM)
  })
  const mean = [positionInMap.xM, positionInMap.yM, ...Array.from({ length: SIZE - 2 }, () => 0)]
  return { mean, covariance: covariance.to1DArray() }
}

/** Carried on by `durationS` of nearly constant velocity (white acceleration; Bar-Shalom et al. 2001, 6.2.2). */
export const predictBelief = (belief: Belief, prior: KindPrior, durationS: number): Belief => {
  if (durationS === 0) return belief
  const step = Matrix.eye(SIZE)
  step.set(0, 2, durationS)
  step.set(1, 3, durationS)
  const added = Matrix.zeros(SIZE, SIZE)
  const density = prior.strayMps ** 2
  for (const at of [0, 1]) {
    added.set(at, at, (density * durationS ** 3) / 3)
    added.set(at, at + 2, (density * durationS ** 2) / 2)
    added.set(at + 2, at, (density * durationS ** 2) / 2)
    added.set(at + 2, at + 2, density * durationS)
  }
  SHARED_CAUSES.forEach((cause, index) => {
    const keep = Math.exp(-durationS / LASTS_S[cause])
    step.set(4 + index, 4 + index, keep)
    added.set(4 + index, 4 + index, 1 - keep * keep)
  })
  const mean = step.mmul(Matrix.columnVector([...belief.mean]))
  const covariance = step.mmul(matrixOf(belief)).mmul(step.transpose()).add(added)
  return { mean: mean.to1DArray(), covariance: symmetric(covariance) }
}

/** How a detection measures the state that is `aheadS` before it: position, moved on, plus its lasting errors. */
const measurementOf = ({ shared }: Detection, aheadS: number): readonly [readonly number[], readonly number[]] => [
  [1, 0, aheadS, 0, ...SHARED_CAUSES.map((cause) => shared[cause].xM)],
  [0, 1, 0, aheadS, ...SHARED_CAUSES.map((cause) => shared[cause].yM)],
]

/** What a detection brings that was not expected: the difference, and its covariance. */
export interface Innovation {
  readonly xM: number
  readonly yM: number
  readonly covariance: Covariance2
}

/** The detection lies `aheadS` after the belief: shutters of one set differ by some ms. */
export const innovationOf = ({ mean, covariance }: Belief, detection: Detection, aheadS: number): Innovation => {
  const [alongX, alongY] = measurementOf(detection, aheadS)
  let { xM, yM } = detection.positionInMap
  let { xx, xy, yy } = detection.noise
  for (let row = 0; row < SIZE; row += 1) {
    xM -= alongX[row]! * mean[row]!
    yM -= alongY[row]! * mean[row]!
    for (let column = 0; column < SIZE; column += 1) {
      const entry = covarianceAt(covariance, row, column)
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
  const determinant = determinantOf(covariance)
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

/** Of the position; m^2, in map. */
export const positionCovariance = ({ covariance }: Belief): Covariance2 => blockAt(covariance, 0)

/** Of the velocity; m^2/s^2, in map. */
export const velocityCovariance = ({ covariance }: Belief): Covariance2 => blockAt(covariance, 2)

const blockAt = (covariance: readonly number[], at: number): Covariance2 => ({
  xx: covarianceAt(covariance, at, at),
  xy: covarianceAt(covariance, at, at + 1),
  yy: covarianceAt(covariance, at + 1, at + 1),
})

const matrixOf = ({ covariance }: Belief): Matrix => Matrix.from1DArray(SIZE, SIZE, [...covariance])

/** Rounding makes a covariance lopsided, and lopsided ones grow. */
const symmetric = (matrix: Matrix): readonly number[] => {
  const flat = matrix.to1DArray()
  return flat.map((entry, index) => (entry + covarianceAt(flat, index % SIZE, Math.floor(index / SIZE))) / 2)
}
