import type { Tokenizer } from '../prompt/tokenizer.ts'
import type { Constraint } from './constraint.ts'
import { finiteGrammar } from './finite-grammar.ts'
import { finitePattern, type JsonSchema } from './finite-schema.ts'
import { type TokenTrie, tokenTrie } from './token-trie.ts'
import { type SchemaCompiler, xgrammarCompiler } from './xgrammar.ts'

/** Schemas are few and come back with every question. */
const KEPT_GRAMMARS = 16

/** Starts an answer under a schema; the compiled schemas are kept. Throws MODEL_SCHEMA_UNSUPPORTED. */
export const grammarCompiler = (
  tokenizer: Tokenizer,
  { vocabSize, eosTokenIds }: { readonly vocabSize: number; readonly eosTokenIds: readonly number[] },
): ((schema: object) => Promise<Constraint>) => {
  const kept = new Map<string, () => Constraint | Promise<Constraint>>()
  // Both cost seconds for a large vocabulary: made when the first schema asks.
  let trie: TokenTrie | undefined
  let xgrammar: Promise<SchemaCompiler> | undefined
  const compile = async (schema: object): Promise<() => Constraint | Promise<Constraint>> => {
    const pattern = finitePattern(schema as JsonSchema)
    if (pattern) {
      trie ??= tokenTrie(tokenizer, vocabSize)
      return finiteGrammar(pattern, trie, tokenizer, eosTokenIds)
    }
    xgrammar ??= xgrammarCompiler(tokenizer, vocabSize, eosTokenIds)
    return (await xgrammar)(schema)
  }
  return async (schema) => {
    const key = JSON.stringify(schema)
    const start = kept.get(key) ?? (await compile(schema))
    kept.delete(key)
    kept.set(key, start)
    if (kept.size > KEPT_GRAMMARS) kept.delete(kept.keys().next().value!)
    return start()
  }
}
