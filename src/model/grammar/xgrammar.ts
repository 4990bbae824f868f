// The one file that knows @mlc-ai/web-xgrammar, for schemas with infinitely many answers. Its converter ignores
// `multipleOf` and the `maxLength` of a pattern, and its masks take 0.5 s inside a bounded string of a vocabulary of
// 151 k: the finite schemas of the driving tasks have a grammar of their own.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type * as Xgrammar from '@mlc-ai/web-xgrammar'
import { OutriderError } from '#errors'
import { LETTER_OF_BYTE } from '../prompt/byte-letters.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import type { Constraint } from './constraint.ts'

/** Compiles JSON Schemas; each call of a result starts an answer. */
export type SchemaCompiler = (schema: object) => Promise<() => Promise<Constraint>>

export const xgrammarCompiler = async (
  tokenizer: Tokenizer,
  vocabSize: number,
  eosTokenIds: readonly number[],
): Promise<SchemaCompiler> => {
  const { TokenizerInfo, GrammarCompiler, GrammarMatcher } = await load()
  const names = Array.from({ length: vocabSize }, (_, id) => byteName(tokenizer, id))
  const info = await TokenizerInfo.createTokenizerInfo(names, 'byte_level', false, vocabSize, [...eosTokenIds])
  const compiler = await GrammarCompiler.createGrammarCompiler(info)
  return async (schema) => {
    // No free white space, one line, and no space after the separators.
    const compiled = await compiler
      .compileJSONSchema(JSON.stringify(schema), false, -1, [',', ':'], true)
      .catch((cause: unknown) => {
        throw new OutriderError({
          code: 'MODEL_SCHEMA_UNSUPPORTED',
          expected: 'a JSON Schema that xgrammar compiles',
          found: cause instanceof Error ? cause.message : String(cause),
          cause,
        })
      })
    return async () => constraintOf(await GrammarMatcher.createGrammarMatcher(compiled, [...eosTokenIds]))
  }
}

const constraintOf = (matcher: Xgrammar.GrammarMatcher): Constraint => ({
  get finished() {
    return matcher.isTerminated()
  },
  forcedText: () => matcher.findJumpForwardString(),
  mask: () => matcher.getNextTokenBitmask(),
  accept: (tokenId) => {
    if (!matcher.acceptToken(tokenId)) throw new Error(`token ${tokenId} is not allowed here`)
  },
  close: () => matcher.dispose(),
})

/** Its byte-level names are GPT-2's; an id without a token has none, and added tokens are no text of an answer. */
const byteName = (tokenizer: Tokenizer, id: number): string =>
  tokenizer.isAdded(id) ? '' : Array.from(tokenizer.bytes(id), (byte) => LETTER_OF_BYTE[byte]!).join('')

/** A UMD bundle: imported as a module it hangs itself on the global object, and looks for what CommonJS would give it. */
const load = async (): Promise<typeof Xgrammar> => {
  const shims = globalThis as { require?: unknown; __filename?: unknown; xgrammar?: typeof Xgrammar }
  shims.require ??= createRequire(import.meta.url)
  shims.__filename ??= fileURLToPath(import.meta.url)
  await import('@mlc-ai/web-xgrammar')
  if (!shims.xgrammar) throw new Error('@mlc-ai/web-xgrammar did not load')
  return shims.xgrammar
}
