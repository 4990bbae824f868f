import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FrameSetSchema } from '#messages'
import { buildPlanRequest, parsePlan, planConfig, planTask } from '#tasks'
import { longestAnswerBytes } from '../src/model/answer-bound.ts'
import { finitePattern, type JsonSchema } from '../src/model/grammar/finite-schema.ts'
import type { Pattern } from '../src/model/grammar/pattern.ts'

const config = planConfig.parse({})
const request = buildPlanRequest({ requestId: 1n, frameSet: create(FrameSetSchema, {}), config })
const schema = JSON.parse(request.answerSchemaJson) as JsonSchema

/** Every byte string that the decoder may write under the schema: what random weights answer. */
const writable = (pattern: Pattern): fc.Arbitrary<readonly number[]> => {
  switch (pattern.kind) {
    case 'byte':
      return fc.integer({ min: pattern.low, max: pattern.high }).map((byte) => [byte])
    case 'sequence':
      return fc.tuple(...pattern.items.map(writable)).map((parts) => parts.flat())
    case 'any':
      return fc.oneof(...pattern.choices.map(writable))
    case 'repeat':
      return fc
        .array(writable(pattern.item), { minLength: pattern.least, maxLength: pattern.most, size: 'max' })
        .map((parts) => parts.flat())
  }
}

it('whatever the decoder may write under the schema of a plan is read as a plan', () => {
  const pattern = finitePattern(schema)
  expect(pattern).toBeDefined()
  fc.assert(
    fc.property(writable(pattern!), (answer) => {
      expect(answer.length).toBeLessThan(request.maxNewTokens)
      const text = new TextDecoder().decode(Uint8Array.from(answer))
      const parsed = parsePlan(text, request)
      expect(parsed).toHaveProperty('plan')
    }),
    { numRuns: 500 },
  )
})

it('the task and the decoder agree how long the longest answer is', () => {
  expect(planTask.maxNewTokens(config)).toBe(longestAnswerBytes(schema)! + 1)
})
