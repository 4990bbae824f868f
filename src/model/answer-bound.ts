import { finitePattern, type JsonSchema } from './grammar/finite-schema.ts'
import { longestBytes } from './grammar/pattern.ts'

/**
 * Length of the longest answer that a finite schema allows; bytes of UTF-8. A byte-level tokenizer never needs more
 * tokens than that. Undefined for a schema whose answers have no longest one, or that is outside the finite subset.
 */
export const longestAnswerBytes = (schema: object): number | undefined => {
  const pattern = finitePattern(schema as JsonSchema)
  return pattern && longestBytes(pattern)
}
