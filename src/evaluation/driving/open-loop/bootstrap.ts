/** How often the scenes are drawn anew: the ends of the interval then move by some hundredths of its width. */
const DRAWS = 1000

/** Small and good enough to draw scenes (mulberry32); the same draws everywhere and every time. */
const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * 95 % interval of the mean (percentile bootstrap). Values of one `group` are drawn together: scenes of one drive are alike, and
 * drawn one by one they would promise too much. Undefined of none.
 */
export const bootstrapInterval = (
  values: readonly number[],
  groups: readonly string[],
): readonly [low: number, high: number] | undefined => {
  if (values.length === 0) return undefined
  const byGroup = new Map<string, { sum: number; count: number }>()
  values.forEach((value, index) => {
    const { sum, count } = byGroup.get(groups[index]!) ?? { sum: 0, count: 0 }
    byGroup.set(groups[index]!, { sum: sum + value, count: count + 1 })
  })
  const sums = [...byGroup.values()]
  const next = uniform(1)
  const means = Array.from({ length: DRAWS }, () => {
    let [sum, count] = [0, 0]
    for (let draw = 0; draw < sums.length; draw += 1) {
      const drawn = sums[Math.floor(next() * sums.length)]!
      sum += drawn.sum
      count += drawn.count
    }
    return sum / count
  }).sort((a, b) => a - b)
  return [means[Math.floor(0.025 * DRAWS)]!, means[Math.ceil(0.975 * DRAWS) - 1]!]
}
