import type { Constraint } from '../grammar/constraint.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import { allowedTokens } from './sampling.ts'

/**
 * Tokens that the schema leaves no choice about, as the tokenizer would write them. The last one is left to the model
 * when a longer token starts with it: `":` and `":"` are both what a model that was trained on JSON may want to say.
 */
export const forcedTokens = async (constraint: Constraint, tokenizer: Tokenizer): Promise<readonly number[]> => {
  const text = constraint.forcedText()
  if (text === '') return []
  const ids = tokenizer.encode(text)
  const length = new TextEncoder().encode(text).length
  const written = ids.reduce((sum, id) => sum + tokenizer.bytes(id).length, 0)
  // A tokenizer that normalises does not write what the schema wants: then bytes are chosen one by one.
  if (written !== length || ids.some((id) => tokenizer.isAdded(id))) return []
  if (ids.length > 1) return ids.slice(0, -1)
  const mask = await constraint.mask()
  return allowedTokens(mask).some((id) => tokenizer.bytes(id).length > length) ? [] : ids
}
