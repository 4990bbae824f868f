// What the tasks ask for against what the model room lets a model write: each side has its own reading of the schemas.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ByteAutomaton, byteAutomaton, DEAD, START } from '../src/model/grammar/byte-automaton.ts'
import { finitePattern, type JsonSchema } from '../src/model/grammar/finite-schema.ts'
import type { AnswerSchema } from '../src/tasks/answer-schema.ts'
import { perceptionTask } from '../src/tasks/driving/perception.ts'
import { planTask } from '../src/tasks/driving/plan.ts'
import { predictionTask } from '../src/tasks/driving/prediction.ts'
import { affordanceTask } from '../src/tasks/embodied/affordance.ts'
import { pointTask } from '../src/tasks/embodied/point.ts'
import { spatialTask } from '../src/tasks/embodied/spatial.ts'
import { taskPlanTask } from '../src/tasks/embodied/task-plan.ts'
import { longestAnswerBytes } from '../src/tasks/longest-answer.ts'
import { arbitraryAnswer } from '../src/tasks/testing/arbitrary-answer.ts'

const SCHEMAS: readonly [string, AnswerSchema][] = [
  planTask,
  perceptionTask,
  predictionTask,
  pointTask,
  affordanceTask,
  spatialTask,
  taskPlanTask,
].map(({ name, answerSchema }) => [name, answerSchema])

const accepts = (automaton: ByteAutomaton, text: string): boolean => {
  let state = START
  for (const byte of new TextEncoder().encode(text)) {
    state = automaton.row(state)[byte]!
    if (state === DEAD) return false
  }
  return automaton.accepts(state)
}

/** A text written byte by byte, each chosen among those allowed; `choices` beyond the end repeat. */
const walk = (automaton: ByteAutomaton, choices: readonly number[]): string => {
  const bytes: number[] = []
  let state = START
  for (let at = 0; ; at += 1) {
    const next = automaton.nextBytes(state)
    const choice = choices[at % choices.length]!
    // Where it may end, one choice among the others is to end.
    const options = automaton.accepts(state) ? next.length + 1 : next.length
    const byte = next[choice % options]
    if (byte === undefined) return new TextDecoder().decode(Uint8Array.from(bytes))
    bytes.push(byte)
    state = automaton.row(state)[byte]!
  }
}

describe.each(SCHEMAS)('the answers of %s', (_, schema) => {
  const pattern = finitePattern(schema as unknown as JsonSchema)

  it('are in the finite grammar', () => {
    expect(pattern).toBeDefined()
  })

  it('may all be written under it', () => {
    const automaton = byteAutomaton(pattern!)
    fc.assert(
      fc.property(arbitraryAnswer(schema), (text) => {
        expect(accepts(automaton, text), text).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('end within the bytes that the budget counts with, whatever is chosen', () => {
    const automaton = byteAutomaton(pattern!)
    const longest = longestAnswerBytes(schema)
    fc.assert(
      fc.property(fc.array(fc.nat(255), { minLength: 50, maxLength: 400, size: 'max' }), (choices) => {
        const text = walk(automaton, choices)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longest)
        expect(() => JSON.parse(text)).not.toThrow()
      }),
      { numRuns: 30 },
    )
  })
})
