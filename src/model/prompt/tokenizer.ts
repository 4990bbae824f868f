// The one place for @huggingface/tokenizers.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from '#compiler'
import { OutriderError } from '#errors'
import { BYTE_OF_LETTER } from './byte-letters.ts'

export interface Tokenizer {
  /** Special tokens written in the text become those tokens, as in transformers. */
  encode(text: string): number[]
  /** The bytes a token stands for; empty for an id without a token. */
  bytes(tokenId: number): Uint8Array
  /** Tokens that were added to the vocabulary (`<|im_end|>`, …): no text of an answer. */
  isAdded(tokenId: number): boolean
  /** One above the highest id. */
  readonly size: number
  /** Strings such as `eos_token` that a chat template may use. */
  readonly specialTokens: Readonly<Record<string, string>>
}

/** Reads the tokenizer of a bundle. Throws MODEL_TOKENIZER_UNSUPPORTED when it is not a byte-level one. */
export const loadTokenizer = async (folder: string): Promise<Tokenizer> => {
  const json = JSON.parse(await readFile(join(folder, TOKENIZER_FILE), 'utf8'))
  const config = JSON.parse(await readFile(join(folder, TOKENIZER_CONFIG_FILE), 'utf8'))
  return makeTokenizer(json, config)
}

interface TokenizerJson {
  readonly decoder?: { readonly type?: string; readonly decoders?: readonly { readonly type?: string }[] } | null
  readonly model: { readonly vocab: Readonly<Record<string, number>> }
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[]
}

export const makeTokenizer = (json: TokenizerJson, config: Readonly<Record<string, unknown>>): Tokenizer => {
  const decoders = [json.decoder?.type, ...(json.decoder?.decoders ?? []).map(({ type }) => type)]
  if (!decoders.includes('ByteLevel')) {
    throw new OutriderError({
      code: 'MODEL_TOKENIZER_UNSUPPORTED',
      expected: 'a byte-level tokenizer, as Qwen2.5-VL has',
      found: `decoder ${decoders.filter(Boolean).join(', ') || 'none'}`,
    })
  }
  const tokenizer = new HuggingFaceTokenizer(json, config)
  const names = new Map<number, string>()
  for (const [name, id] of Object.entries(json.model.vocab)) names.set(id, name)
  const added = new Set<number>()
  for (const { id, content } of json.added_tokens ?? []) {
    names.set(id, content)
    added.add(id)
  }
  const table: (Uint8Array | undefined)[] = []
  for (const [id, name] of names) table[id] = tokenBytes(name)
  return {
    encode: (text) => (text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids),
    bytes: (id) => table[id] ?? NO_BYTES,
    isAdded: (id) => added.has(id),
    size: table.length,
    specialTokens: specialTokens(config),
  }
}

const NO_BYTES = new Uint8Array(0)

/** A token with a letter outside the table stands for its own text, as in the reference decoder. */
const tokenBytes = (name: string): Uint8Array => {
  const bytes = Array.from(name, (letter) => BYTE_OF_LETTER.get(letter))
  return bytes.includes(undefined) ? new TextEncoder().encode(name) : Uint8Array.from(bytes as number[])
}

const specialTokens = (config: Readonly<Record<string, unknown>>): Record<string, string> => {
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(config)) {
    if (!name.endsWith('_token')) continue
    if (typeof value === 'string') found[name] = value
    else if (isContent(value)) found[name] = value.content
  }
  return found
}

const isContent = (value: unknown): value is { readonly content: string } =>
  typeof value === 'object' && value !== null && 'content' in value && typeof value.content === 'string'
