import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { longestAnswerBytes } from '../answer-bound.ts'
import { generate } from '../decode/generate.ts'
import { uniform } from '../decode/random.ts'
import { loadTokenizer, type Tokenizer } from '../prompt/tokenizer.ts'
import { matches } from '../testing/matches-schema.ts'
import { makeNanoBundle, type NanoBundle } from '../testing/nano-bundle.ts'
import { grammarCompiler } from './compile-grammar.ts'

let nano: NanoBundle
let tokenizer: Tokenizer
let compile: ReturnType<typeof grammarCompiler>
beforeAll(async () => {
  nano = await makeNanoBundle()
  tokenizer = await loadTokenizer(nano.bundle)
  compile = grammarCompiler(tokenizer, vocabulary())
})
afterAll(() => nano.remove())

/** The logits have room for more tokens than there are, as in released checkpoints; one of them ends an answer here. */
const vocabulary = () => ({ vocabSize: tokenizer.size + 3, eosTokenIds: [tokenizer.size + 1] })

/** An answer of a model whose every logit is drawn at random. */
const randomAnswer = async (schema: object, seed: number, maxNewTokens: number, temperature = 1) => {
  const constraint = await compile(schema)
  let step = 0
  const batches: number[] = []
  const logits = (): Float32Array => {
    step++
    return Float32Array.from(
      { length: vocabulary().vocabSize },
      (_, id) => 8 * uniform(BigInt(seed), step * 100_000 + id),
    )
  }
  const forward = async (ids: readonly number[]): Promise<Float32Array> => {
    batches.push(ids.length)
    return logits()
  }
  const sampling = { temperature, topK: 0, topP: 1, seed: BigInt(seed) }
  const generation = { logits: logits(), forward, tokenizer, eosTokenIds: vocabulary().eosTokenIds, constraint }
  const answer = await generate(generation, { maxNewTokens, sampling }, () => {})
  constraint.close()
  return { ...answer, batches }
}

const decimal = fc
  .record({
    decimals: fc.integer({ min: 0, max: 3 }),
    a: fc.integer({ min: -30000, max: 30000 }),
    b: fc.integer({ min: -30000, max: 30000 }),
  })
  .map(({ decimals, a, b }) => ({
    type: 'number',
    multipleOf: Number(`1e-${decimals}`),
    minimum: Math.min(a, b) / 10 ** decimals,
    maximum: Math.max(a, b) / 10 ** decimals,
  }))

const leaf: fc.Arbitrary<object> = fc.oneof(
  decimal,
  fc.constant({ type: 'boolean' }),
  fc.constant({ type: 'null' }),
  fc.constant({ const: { deep: ['é', 1] } }),
  fc
    .record({ a: fc.integer({ min: -50, max: 50 }), b: fc.integer({ min: 0, max: 2000 }) })
    .map(({ a, b }) => ({ type: 'integer', minimum: a, maximum: a + b })),
  fc
    .uniqueArray(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 5 })
    .map((values) => ({ type: 'string', enum: values })),
  fc
    .record({ minLength: fc.integer({ min: 0, max: 3 }), more: fc.integer({ min: 0, max: 9 }) })
    .map(({ minLength, more }) => ({ type: 'string', minLength, maxLength: minLength + more })),
  fc
    .constantFrom('^[ !#-\\[\\]-~]*$', '^[a-z0-9_]+$', '^[äöü]{1,4}$', '^[\\w\\-.]{2}$')
    .map((pattern) => ({ type: 'string', maxLength: 12, pattern })),
)

const schema: fc.Arbitrary<object> = fc.letrec((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie('list'), tie('tuple'), tie('object'), tie('either')),
  list: fc
    .record({ items: tie('node'), minItems: fc.integer({ min: 0, max: 2 }), more: fc.integer({ min: 0, max: 2 }) })
    .map(({ items, minItems, more }) => ({ type: 'array', items, minItems, maxItems: minItems + more })),
  tuple: fc.array(tie('node'), { maxLength: 3 }).map((prefixItems) => ({
    type: 'array',
    prefixItems,
    items: false,
    minItems: prefixItems.length,
    maxItems: prefixItems.length,
  })),
  object: fc
    .uniqueArray(
      fc.tuple(
        fc.string({ maxLength: 5 }).filter((name) => !/^\d/.test(name) && name !== '__proto__'),
        tie('node'),
      ),
      { maxLength: 3, selector: ([name]) => name },
    )
    .map((members) => ({
      type: 'object',
      properties: Object.fromEntries(members),
      required: members.map(([name]) => name),
      additionalProperties: false,
    })),
  either: fc.array(tie('node'), { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
})).node as fc.Arbitrary<object>

test('any answer under a finite schema ends within its bound, parses and matches', async () => {
  await fc.assert(
    fc.asyncProperty(schema, fc.nat(), async (given, seed) => {
      const bound = longestAnswerBytes(given)
      expect(bound).toBeDefined()
      const { text, finish, tokenIds } = await randomAnswer(given, seed, bound! + 1)
      expect(finish).toBe('stop')
      expect(tokenIds.length).toBeLessThanOrEqual(bound! + 1)
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(bound!)
      expect(matches(given, JSON.parse(text), text)).toBe(true)
    }),
    { numRuns: 300 },
  )
}, 120_000)

test('every number of a range can be said, and none outside it', async () => {
  const range = { type: 'number', multipleOf: 0.1, minimum: -1.25, maximum: 10.14 }
  const said = new Set<string>()
  for (let seed = 0; seed < 2000; seed++) said.add((await randomAnswer(range, seed, 10, 5)).text)
  const all = Array.from({ length: 114 }, (_, i) => ((i - 12) / 10).toFixed(1)).map((text) =>
    text === '-0.0' ? '0.0' : text,
  )
  expect([...said].toSorted()).toEqual(all.toSorted())
})

test('tokens that the schema forces are run together, without a choice each', async () => {
  const given = {
    type: 'object',
    properties: {
      'a rather long name of a property': { type: 'boolean' },
      'and another one': { enum: ['stop', 'steer'] },
    },
    required: ['a rather long name of a property', 'and another one'],
  }
  const { text, tokenIds, batches } = await randomAnswer(given, 5, 200)
  expect(matches({ ...given, additionalProperties: false }, JSON.parse(text), text)).toBe(true)
  expect(batches.length).toBeLessThan(tokenIds.length / 2)
})

test('a longest answer that is one token too long for the budget ends with length', async () => {
  const given = { const: 'a constant of some length' }
  const { tokenIds } = await randomAnswer(given, 1, 100)
  expect((await randomAnswer(given, 1, tokenIds.length - 1)).finish).toBe('length')
  expect((await randomAnswer(given, 1, tokenIds.length)).finish).toBe('stop')
})

test.each([
  ['an optional property', { type: 'object', properties: { a: { type: 'boolean' } }, required: [] }],
  ['a string without an end', { type: 'string', pattern: '^[a-z]*$' }],
  ['a number between marks', { type: 'number', multipleOf: 0.25, minimum: 0, maximum: 1 }],
  ['a number without an end', { type: 'number', multipleOf: 0.1, minimum: 0 }],
  ['an empty range', { type: 'integer', minimum: 2, maximum: 1 }],
  ['a reference', { $ref: '#/$defs/x', $defs: { x: { type: 'boolean' } } }],
  ['a word it does not know', { type: 'string', maxLength: 3, format: 'date' }],
  ['another kind of pattern', { type: 'string', maxLength: 3, pattern: '^a|b$' }],
  ['control characters', { type: 'string', maxLength: 3, pattern: '^[\n-z]*$' }],
])('%s has no bound', (_name, given) => {
  expect(longestAnswerBytes(given)).toBeUndefined()
})

test('a schema with infinitely many answers is left to xgrammar, without white space', async () => {
  const given = {
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'boolean' } }, word: { type: 'string', enum: ['a', 'b'] } },
    required: ['list', 'word'],
    additionalProperties: false,
  }
  for (let seed = 0; seed < 5; seed++) {
    const { text, finish } = await randomAnswer(given, seed, 300)
    if (finish === 'length') continue
    expect(finish).toBe('stop')
    expect(text).toMatch(/^\{"list":\[((true|false)(,(true|false))*)?\],"word":"[ab]"\}$/)
  }
})
