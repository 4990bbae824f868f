import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stateFromText, stateToText } from './state-text.ts'

const plainData = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'medium' },
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.bigInt(),
    fc.uint8Array({ maxLength: 40 }),
    fc.constant(undefined),
    fc.constant(null),
    fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '\ud800', '__proto__'),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('data'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).data

describe('the text of a state', () => {
  it('gives back any plain data exactly, members in their order', () => {
    fc.assert(
      fc.property(plainData, (data) => {
        const text = stateToText(data)
        const back = stateFromText(text)
        expect(back).toStrictEqual(data)
        expect(stateToText(back)).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    { name: 'a date', data: new Date(0) },
    { name: 'a map', data: new Map([[1, 2]]) },
    { name: 'a function', data: { run: () => 1 } },
    { name: 'numbers of another width', data: new Float64Array(2) },
    { name: 'a member that is named as a tag', data: { $bigint: '1' } },
  ])('is not made of $name', ({ data }) => {
    expect(() => stateToText({ deep: [data] })).toThrow(/a state/)
  })

  it.each(['{', '{"$bigint":"1.5"}', '{"$bytes":"abc"}', '{"$number":"1"}', '{"$undefined":1}'])(
    'is not read from %s',
    (text) => {
      expect(() => stateFromText(text)).toThrow(SyntaxError)
    },
  )
})
