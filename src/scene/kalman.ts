import { Matrix } from 'ml-matrix'
import type { PlanarPoint } from '#geometry'
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

/** How a detection measures the state that is some time before it: position, moved on, plus its lasting errors. */
export interface Measurement {
  readonly detection: Detection
  /** Of BELIEF_SIZE: what x, and what y, of the detection takes of each number of the state. */
  readonly alongX: readonly number[]
  readonly alongY: readonly number[]
  /** At most so large is the sigma of what lasts and of what does not; m. */
  readonly lastingM: number
  readonly noiseM: number
}

/** The detection lies `aheadS` after the belief: shutters of one set differ by some ms. */
export const measurementOf = (detection: Detection, aheadS: number): Measurement => {
  const { shared, noise } = detection
  return {
    detection,
    alongX: [1, 0, aheadS, 0, ...SHARED_CAUSES.map((cause) => shared[cause].xM)],
    alongY: [0, 1, 0, aheadS, ...SHARED_CAUSES.map((cause) => shared[cause].yM)],
    lastingM: SHARED_CAUSES.reduce((sum, cause) => sum + Math.hypot(shared[cause].xM, shared[cause].yM), 0),
    noiseM: Math.sqrt(noise.xx + noise.yy),
  }
}

/** What a detection brings that was not expected; m. */
export const differenceOf = ({ mean }: Belief, { detection, alongX, alongY }: Measurement): PlanarPoint => {
  let { xM, yM } = detection.positionInMap
  for (let row = 0; row < SIZE; row += 1) {
    xM -= alongX[row]! * mean[row]!
    yM -= alongY[row]! * mean[row]!
  }
  return { xM, yM }
}

/** Of that difference; m^2. */
export const innovationCovariance = (
  { covariance }: Belief,
  { detection, alongX, alongY }: Measurement,
): Covariance2 => {
  let { xx, xy, yy } = detection.noise
  for (let row = 0; row < SIZE; row += 1) {
    let sumX = 0
    let sumY = 0
    for (let column = 0; column < SIZE; column += 1) {
      const entry = covariance[row * SIZE + column]!
      sumX += entry * alongX[column]!
      sumY += entry * alongY[column]!
    }
    xx += alongX[row]! * sumX
    xy += alongX[row]! * sumY
    yy += alongY[row]! * sumY
  }
  return { xx, xy, yy }
}

/** How far from a belief a detection of its agent may lie at all, in numbers that are quick to put together. */
export interface Reach {
  readonly xM: number
  readonly yM: number
  readonly speedMps: number
  /** Trace of the position's, and of the velocity's covariance, as a sigma. */
  readonly positionM: number
  readonly velocityMps: number
  /** Largest of the lasting errors that are believed, in sigmas. */
  readonly lasting: number
}

export const reachOf = ({ mean, covariance }: Belief): Reach => ({
  xM: mean[0]!,
  yM: mean[1]!,
  speedMps: Math.hypot(mean[2]!, mean[3]!),
  positionM: Math.sqrt(covarianceAt(covariance, 0, 0) + covarianceAt(covariance, 1, 1)),
  velocityMps: Math.sqrt(covarianceAt(covariance, 2, 2) + covarianceAt(covariance, 3, 3)),
  lasting: Math.max(...mean.slice(4).map(Math.abs)),
})

/**
 * Whether a detection may lie within so many sigmas of a belief. By the triangle inequality, sigmas of all parts added
 * up as if they erred together: it never says no where the covariance would say yes.
 */
export const mayReach = (
  reach: Reach,
  { detection, alongX, lastingM, noiseM }: Measurement,
  sigmas: number,
): boolean => {
  const aheadS = Math.abs(alongX[2]!)
  const widestM = reach.positionM + aheadS * reach.velocityMps + lastingM + noiseM
  const withinM = sigmas * widestM + aheadS * reach.speedMps + reach.lasting * lastingM
  const xM = detection.positionInMap.xM - reach.xM
  const yM = detection.positionInMap.yM - reach.yM
  return xM * xM + yM * yM <= withinM * withinM
}

/** With the detection taken in; in Joseph's form, which stays a covariance whatever the rounding. */
export const updateBelief = (belief: Belief, measurement: Measurement): Belief => {
  const { xM, yM } = differenceOf(belief, measurement)
  const covariance = innovationCovariance(belief, measurement)
  const measures = new Matrix([[...measurement.alongX], [...measurement.alongY]])
  const determinant = determinantOf(covariance)
  const inverse = new Matrix([
    [covariance.yy / determinant, -covariance.xy / determinant],
    [-covariance.xy / determinant, covariance.xx / determinant],
  ])
  const before = matrixOf(belief)
  const gain = before.mmul(measures.transpose()).mmul(inverse)
  const mean = Matrix.columnVector([...belief.mean]).add(gain.mmul(Matrix.columnVector([xM, yM])))
  const rest = Matrix.eye(SIZE).sub(gain.mmul(measures))
  const { xx, xy, yy } = measurement.detection.noise
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
