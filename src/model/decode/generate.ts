import type { Constraint } from '../grammar/constraint.ts'
import { tokenStream } from '../prompt/token-stream.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import type { Answer, AnswerPart, Question } from '../question.ts'
import { forcedTokens } from './forced-tokens.ts'
import { medianNumber } from './number-tokens.ts'
import { sampleToken } from './sampling.ts'

export interface Generation {
  /** Of the token after the prompt. */
  readonly logits: Float32Array
  /** Runs these tokens after all before them and gives the logits of the next. */
  readonly forward: (tokenIds: readonly number[]) => Promise<Float32Array>
  readonly tokenizer: Tokenizer
  readonly eosTokenIds: readonly number[]
  readonly constraint: Constraint | undefined
}

type Wish = Pick<Question, 'maxNewTokens' | 'sampling' | 'ignoreEos'>

/** Decodes until the model, the schema, the budget or the caller ends the answer. */
export const generate = async (
  { logits: first, forward, tokenizer, eosTokenIds, constraint }: Generation,
  { maxNewTokens, sampling, ignoreEos = false }: Wish,
  onPart: (part: AnswerPart) => void,
  signal?: AbortSignal,
): Promise<Pick<Answer, 'text' | 'tokenIds' | 'finish'>> => {
  const median = sampling.medianNumbers === true && sampling.temperature === 0
  const tokenIds: number[] = []
  const stream = tokenStream(tokenizer)
  let text = ''
  const give = (ids: readonly number[], delta: string): void => {
    tokenIds.push(...ids)
    text += delta
    onPart({ text: delta, tokenIds: ids })
  }
  const end = (finish: Answer['finish']): Pick<Answer, 'text' | 'tokenIds' | 'finish'> => {
    const rest = stream.end()
    if (rest !== '') give([], rest)
    return { text, tokenIds, finish }
  }

  let logits = first
  // Tokens that the model has not seen yet: forced ones are run together with the one before them.
  let unseen: number[] = []
  while (tokenIds.length < maxNewTokens) {
    if (signal?.aborted) return end('cut')
    const forced = constraint
      ? (await forcedTokens(constraint, tokenizer)).slice(0, maxNewTokens - tokenIds.length)
      : []
    if (forced.length > 0) {
      for (const id of forced) constraint?.accept(id)
      unseen.push(...forced)
      give(forced, forced.map((id) => stream.push(id)).join(''))
    } else {
      if (unseen.length > 0) logits = await forward(unseen)
      if (signal?.aborted) return end('cut')
      const mask = await constraint?.mask()
      const sampled = sampleToken(logits, mask, sampling, tokenIds.length)
      const id = median ? medianNumber(sampled, logits, mask, tokenizer, text) : sampled
      // Under a schema an end is only offered where the answer is whole.
      if ((constraint || !ignoreEos) && eosTokenIds.includes(id)) {
        give([id], '')
        return end('stop')
      }
      constraint?.accept(id)
      unseen = [id]
      give([id], stream.push(id))
    }
    if (constraint?.finished) return end('stop')
  }
  return end('length')
}
