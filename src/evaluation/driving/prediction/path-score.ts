import type { PlanarPoint } from '#geometry'

/** One agent's predicted and true places at the same instants; m. */
export interface PathCase {
  readonly predicted: readonly PlanarPoint[]
  readonly truth: readonly PlanarPoint[]
}

export interface PathScore {
  readonly agents: number
  /** Of the one path that is predicted (k = 1): mean distance over its instants; m. */
  readonly minAdeM: number
  readonly minFdeM: number
  /** Share of the agents whose path is 2 m and more wrong at some instant (nuScenes' MissRateTopK_2). */
  readonly missRate: number
}

/** nuScenes prediction challenge; m. */
const MISS_M = 2

/** As far as both reach; agents of which nothing follows are left out. NaN of none. */
export const pathScore = (cases: readonly PathCase[]): PathScore => {
  const distances = cases
    .map(({ predicted, truth }) =>
      truth.slice(0, predicted.length).map((there, index) => {
        const said = predicted[index]!
        return Math.hypot(said.xM - there.xM, said.yM - there.yM)
      }),
    )
    .filter((each) => each.length > 0)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    agents: distances.length,
    minAdeM: mean(distances.map(mean)),
    minFdeM: mean(distances.map((each) => each.at(-1)!)),
    missRate: mean(distances.map((each) => Number(Math.max(...each) >= MISS_M))),
  }
}
