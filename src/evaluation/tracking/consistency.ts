/** Whether errors are as large as their covariances say. */
export interface Consistency {
  readonly count: number
  /** How many lie within the 95 % ellipse of their own covariance. */
  readonly inside95: number
  /** inside95 / count; absent for none. */
  readonly share?: number
  /** How many of `count` a right covariance puts inside in 95 of 100 experiments, were they independent. */
  readonly expectedInside?: readonly [least: number, most: number]
  /** Mean squared error in sigmas over its dimension: 1 when right, below when the covariances are too wide. */
  readonly meanSquaredSigmas?: number
}

/** Chi-squared with two degrees of freedom: 95 % are below. */
const CHI_SQUARED_95 = 5.991

/** `squaredSigmas`: squared Mahalanobis distances of two-dimensional errors. */
export const consistencyOf = (squaredSigmas: readonly number[]): Consistency => {
  const count = squaredSigmas.length
  const inside95 = squaredSigmas.filter((squared) => squared <= CHI_SQUARED_95).length
  if (count === 0) return { count, inside95 }
  return {
    count,
    inside95,
    share: inside95 / count,
    expectedInside: expectedInside(count),
    meanSquaredSigmas: squaredSigmas.reduce((sum, squared) => sum + squared, 0) / (2 * count),
  }
}

/** The middle 95 % of the binomial distribution of `count` tries at 0.95. */
const expectedInside = (count: number): readonly [number, number] => {
  const p = 0.95
  let term = Math.exp(count * Math.log(1 - p))
  let below = 0
  let least = 0
  let most = count
  let leastFound = false
  for (let inside = 0; inside <= count; inside += 1) {
    below += term
    if (!leastFound && below > 0.025) {
      least = inside
      leastFound = true
    }
    if (below >= 0.975) {
      most = inside
      break
    }
    term *= ((count - inside) / (inside + 1)) * (p / (1 - p))
  }
  return [least, most]
}
