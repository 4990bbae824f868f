/** From one planned pose to the next, as nuScenes and NAVSIM have them; s. */
export const POSE_PERIOD_S = 0.5

/** Poses of a plan up to and at an instant. */
export const posesUntil = (horizonS: number): number => Math.round(horizonS / POSE_PERIOD_S)

/** Poses of the 3 s that nuScenes looks at. */
export const POSES_OF_3_S = posesUntil(3)

/**
 * One number a horizon in the two ways in which papers report it. UniAD: what holds at 1, 2, 3 s. ST-P3 and VAD: the mean of
 * what holds at 0.5 s, 1 s, … up to there. The last is the mean of the three, as their tables have it.
 */
export interface ByProtocol {
  readonly uniad: readonly [at1s: number, at2s: number, at3s: number, mean: number]
  readonly stp3: readonly [to1s: number, to2s: number, to3s: number, mean: number]
}

/** `values`: at 0.5, 1, … 3 s at least. */
export const byProtocol = (values: readonly number[]): ByProtocol => {
  if (values.length < POSES_OF_3_S) throw new Error(`expected ${POSES_OF_3_S} values, found ${values.length}`)
  const row = (at: (poses: number) => number): ByProtocol['uniad'] => {
    const [a, b, c] = [at(posesUntil(1)), at(posesUntil(2)), at(posesUntil(3))]
    return [a, b, c, (a + b + c) / 3]
  }
  return { uniad: row((poses) => values[poses - 1]!), stp3: row((poses) => mean(values.slice(0, poses))) }
}

/** NaN of none. */
export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
