import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign } from './assign.ts'

type Costs = readonly (readonly (number | undefined)[])[]

/** Every way to pair, tried: as many pairs as can be, then the least sum. */
const bestByTrying = (costs: Costs): { readonly pairs: number; readonly sum: number } => {
  const columns = costs[0]?.length ?? 0
  let best = { pairs: 0, sum: 0 }
  const go = (row: number, used: number, pairs: number, sum: number): void => {
    if (row === costs.length) {
      if (pairs > best.pairs || (pairs === best.pairs && sum < best.sum)) best = { pairs, sum }
      return
    }
    go(row + 1, used, pairs, sum)
    for (let column = 0; column < columns; column += 1) {
      const cost = costs[row]![column]
      if (cost !== undefined && !(used & (1 << column))) go(row + 1, used | (1 << column), pairs + 1, sum + cost)
    }
  }
  go(0, 0, 0, 0)
  return best
}

const indices = (count: number) => Array.from({ length: count }, (_, index) => index)

test('it pairs as many as can be at the least cost, as trying every way does', () => {
  const shapes = fc.record({ rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 5 }) })
  const costs = shapes.chain(({ rows, columns }) =>
    fc.array(
      fc.array(fc.option(fc.double({ min: -20, max: 20, noNaN: true }), { nil: undefined, freq: 2 }), {
        minLength: columns,
        maxLength: columns,
      }),
      { minLength: rows, maxLength: rows },
    ),
  )
  fc.assert(
    fc.property(costs, (table) => {
      const pairs = assign(indices(table.length), indices(table[0]!.length), (row, column) => table[row]![column])
      const best = bestByTrying(table)
      expect(pairs).toHaveLength(best.pairs)
      expect(pairs.reduce((sum, [row, column]) => sum + table[row]![column]!, 0)).toBeCloseTo(best.sum, 6)
      expect(new Set(pairs.map(([row]) => row)).size).toBe(pairs.length)
      expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length)
    }),
  )
})

test('nothing is paired with nothing', () => {
  expect(assign([], [1], () => 0)).toEqual([])
  expect(assign([1], [], () => 0)).toEqual([])
  expect(assign([1, 2], [1, 2], () => undefined)).toEqual([])
})
