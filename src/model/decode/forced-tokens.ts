import type { Constraint } from '../grammar/constraint.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import { allowedTokens } from './sampling.ts'

/**
 * Tokens that the schema leaves no choice about, as the tokenizer would write them. It ends where a token begins that might
 * go on into what the model chooses: `":` and `":"` are both what a model that was trained on JSON may want to say, and where a
 * token spans words, so are `{"objects":[` and `{"objects":[{"view":"`.
 */
export const forcedTokens = async (constraint: Constraint, tokenizer: Tokenizer): Promise<readonly number[]> => {
  const text = constraint.forcedText()
  if (text === '') return []
  const ids = tokenizer.encode(text)
  const bytes = Buffer.from(text)
  const written = ids.reduce((sum, id) => sum + tokenizer.bytes(id).length, 0)
  // A tokenizer that normalises does not write what the schema wants: then bytes are chosen one by one.
  if (written !== bytes.length || ids.some((id) => tokenizer.isAdded(id))) return []
  let from = 0
  for (const [index, id] of ids.entries()) {
    if (goesOn(tokenizer, bytes.toString('latin1', from))) {
      // The mask is of the first token; of a later one it is asked when it is the first.
      if (index > 0) return ids.slice(0, index)
      const mask = await constraint.mask()
      if (allowedTokens(mask).some((allowed) => tokenizer.bytes(allowed).length > bytes.length)) return []
    }
    from += tokenizer.bytes(id).length
  }
  return ids
}

/** All tokens' bytes as Latin-1 letters, in order; made once for a tokenizer. */
const ordered = new WeakMap<Tokenizer, readonly string[]>()

const tokensInOrder = (tokenizer: Tokenizer): readonly string[] => {
  const known = ordered.get(tokenizer)
  if (known) return known
  const all = Array.from({ length: tokenizer.size }, (_, id) => id)
    .filter((id) => !tokenizer.isAdded(id))
    .map((id) => Buffer.from(tokenizer.bytes(id)).toString('latin1'))
    .sort()
  ordered.set(tokenizer, all)
  return all
}

/** Whether a token begins with `text` and is longer. */
const goesOn = (tokenizer: Tokenizer, text: string): boolean => {
  const tokens = tokensInOrder(tokenizer)
  let low = 0
  let high = tokens.length
  // The first one after `text` itself in the order of letters.
  while (low < high) {
    const middle = (low + high) >>> 1
    if (tokens[middle]! <= text) low = middle + 1
    else high = middle
  }
  return tokens[low]?.startsWith(text) ?? false
}
