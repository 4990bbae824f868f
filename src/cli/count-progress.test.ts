import { expect, test } from 'vitest'
import { progressInTurn, progressLines } from './count-progress.ts'

/** What is said of a run of `total` things that take `eachMs`. */
const said = (total: number, eachMs: number, first = 1): readonly string[] => {
  let nowMs = 5000
  const lines: string[] = []
  const progress = progressLines(
    'drives',
    total,
    (line) => lines.push(line),
    () => nowMs,
  )
  for (let done = first; done <= total; done++) {
    nowMs += eachMs
    progress.update(done)
  }
  return lines
}

test.each<[string, number, number, readonly string[]]>([
  ['quick work says each quarter', 8, 100, ['2 of 8', '4 of 8', '6 of 8', '8 of 8']],
  ['work of one thing says that it is done', 1, 100, ['1 of 1']],
  [
    'slow work speaks after half a minute of silence, and says what is left',
    12,
    16_000,
    [
      '2 of 12, about 3 min left',
      '3 of 12, about 2 min left',
      '5 of 12, about 2 min left',
      '6 of 12, about 2 min left',
      '8 of 12, about 64 s left',
      '9 of 12, about 48 s left',
      '11 of 12',
      '12 of 12',
    ],
  ],
])('%s', (_what, total, eachMs, expected) => {
  expect(said(total, eachMs)).toEqual(expected.map((line) => `drives: ${line}`))
})

test('before anything is done nothing is foretold', () => {
  expect(said(4, 40_000, 0)[0]).toBe('drives: 0 of 4')
})

test('passes over the same things have a bar each, one after the other, and none that is never begun', () => {
  const seen: string[] = []
  const progress = progressInTurn(2, (label, total) => {
    seen.push(`${label} of ${total}`)
    return { update: (done) => seen.push(`${label} ${done}`), stop: () => seen.push(`${label} stops`) }
  })
  progress.stop()
  for (const label of ['answered', 'scored']) for (const done of [1, 2]) progress.update(label, done)
  progress.stop()
  progress.stop()
  const pass = (label: string) => [`${label} of 2`, `${label} 1`, `${label} 2`, `${label} stops`]
  expect(seen).toEqual([...pass('answered'), ...pass('scored')])
})
