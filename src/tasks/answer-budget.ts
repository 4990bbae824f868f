import { OutriderError } from '#errors'
import type { AnswerSchema } from './answer-schema.ts'
import { longestAnswerBytes } from './longest-answer.ts'

/**
 * Tokens that the longest answer under a schema may need. One more than its bytes: the end of the answer is a token too.
 * Throws OutriderError TASK_BUDGET when the task's budget is less.
 */
export const longestAnswerTokens = (task: string, schema: AnswerSchema, answerTokenBudget: number): number => {
  const needed = longestAnswerBytes(schema) + 1
  if (needed <= answerTokenBudget) return needed
  throw new OutriderError({
    code: 'TASK_BUDGET',
    expected: `an answer budget of at least ${needed} tokens, which the longest answer of ${task} may need`,
    found: `answerTokenBudget ${answerTokenBudget}`,
    next: `raise the answerTokenBudget of ${task} to ${needed} or more`,
  })
}
