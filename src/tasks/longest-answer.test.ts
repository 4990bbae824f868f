import { expect, it } from 'vitest'
import { type AnswerSchema, choice, hundredths, line, listOf, listUpTo, object, tuple, whole } from './answer-schema.ts'
import { longestAnswerBytes } from './longest-answer.ts'

it.each<[string, AnswerSchema, string]>([
  ['a choice', choice('a', 'bcd'), '"bcd"'],
  ['a line', line(4), '"xxxx"'],
  ['a negative number', hundredths(-9.99, 5), '-9.99'],
  ['a whole limit', hundredths(0, 10), '10.00'],
  ['an empty list', listOf(0, line(9)), '[]'],
  ['a list that may be shorter', listUpTo(2, whole(-5, 100)), '[100,100]'],
  ['a list', listOf(3, hundredths(0, 1)), '[1.00,1.00,1.00]'],
  ['a tuple', tuple(hundredths(0, 1), choice('x')), '[1.00,"x"]'],
  ['an object', object({ a: line(1), bc: tuple() }), '{"a":"x","bc":[]}'],
])('%s is as long as its longest text', (_, schema, longest) => {
  expect(longestAnswerBytes(schema)).toBe(longest.length)
})
