import { NUMBER_MERGES } from './number-merges.ts'
import { PHRASE_MERGES } from './phrase-merges.ts'
import { WORD_MERGES } from './word-merges.ts'

/** Vocabularies from here up are Qwen's own, with the special tokens at their published ids. */
const QWEN_VOCAB = 151_643

/** In Qwen2-VL's order; in its vocabulary the first is 151643. */
const SPECIAL_TOKENS = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<|object_ref_start|>',
  '<|object_ref_end|>',
  '<|box_start|>',
  '<|box_end|>',
  '<|quad_start|>',
  '<|quad_end|>',
  '<|vision_start|>',
  '<|vision_end|>',
  '<|vision_pad|>',
  '<|image_pad|>',
  '<|video_pad|>',
] as const
/** Qwen2.5's further tokens, which are text to the decoder; only where the vocabulary is of the true size. */
const TEXT_TOKENS = [
  '<tool_call>',
  '</tool_call>',
  '<|fim_prefix|>',
  '<|fim_middle|>',
  '<|fim_suffix|>',
  '<|fim_pad|>',
  '<|repo_name|>',
  '<|file_sep|>',
]

/** Qwen2's: as GPT-4's, but each digit is a word of its own. */
const WORDS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

/**
 * Of a vocabulary that has room for what one world says: a token may be a whole line of a prompt. Apart stay what an answer
 * chooses (a string that is a JSON value) and what is counted (a whole number, and the decimals after a point together), so that
 * what a schema forces ends where tokens end.
 */
const PHRASES = String.raw`(?<=:")[^"\p{N}\n]+|\.\p{N}+|(?!\p{N}|\.\p{N})[\s\S](?:(?<=_)\p{N}|(?!\p{N}|\.\p{N}|(?<=\n)|(?<=:")[^"])[\s\S])*|\p{N}{1,3}`

/** GPT-2's letters for the 256 bytes, printable ones first, in the order of their ids. */
const byteLetters = (): readonly string[] => {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  const bytes = Array.from({ length: 256 }, (_, byte) => byte)
  const rest = bytes.filter((byte) => !printable(byte))
  return [
    ...bytes.filter(printable).map((byte) => String.fromCodePoint(byte)),
    ...rest.map((_, i) => String.fromCodePoint(256 + i)),
  ]
}

export interface SpecialIds {
  readonly endOfText: number
  readonly imEnd: number
  readonly visionStart: number
  readonly visionEnd: number
  readonly imagePad: number
  readonly videoPad: number
}

const firstSpecialId = (vocabSize: number): number =>
  vocabSize > QWEN_VOCAB ? QWEN_VOCAB : vocabSize - SPECIAL_TOKENS.length

const addedTokens = (vocabSize: number): readonly (readonly [number, string])[] => {
  const first = firstSpecialId(vocabSize)
  const names = vocabSize > QWEN_VOCAB ? [...SPECIAL_TOKENS, ...TEXT_TOKENS] : SPECIAL_TOKENS
  return names.map((name, i) => [first + i, name])
}

export const specialIds = (vocabSize: number): SpecialIds => {
  const id = (name: (typeof SPECIAL_TOKENS)[number]): number => firstSpecialId(vocabSize) + SPECIAL_TOKENS.indexOf(name)
  return {
    endOfText: id('<|endoftext|>'),
    imEnd: id('<|im_end|>'),
    visionStart: id('<|vision_start|>'),
    visionEnd: id('<|vision_end|>'),
    imagePad: id('<|image_pad|>'),
    videoPad: id('<|video_pad|>'),
  }
}

const isSpecial = (name: string): boolean => !TEXT_TOKENS.includes(name)

/**
 * tokenizer.json of a byte-level BPE for a vocabulary of at least 270 tokens: the 256 bytes, as many merges as fit, and
 * Qwen's special tokens. Below Qwen's own size merges are those of phrases, then of numbers. With Qwen's own size, ids between
 * the merges and the special tokens stay without a token.
 */
export const tokenizerJson = (vocabSize: number): object => {
  const letters = byteLetters()
  const [pattern, learnt] =
    vocabSize > QWEN_VOCAB ? [WORDS, WORD_MERGES] : [PHRASES, [...PHRASE_MERGES, ...NUMBER_MERGES]]
  const merges = learnt.slice(0, firstSpecialId(vocabSize) - letters.length)
  const added = addedTokens(vocabSize)
  const vocab: Record<string, number> = {}
  for (const token of [...letters, ...merges.map((merge) => merge.replace(' ', ''))]) {
    vocab[token] = Object.keys(vocab).length
  }
  // Loaders give an added token its id here, and not the one it is listed with.
  for (const [id, name] of added) vocab[name] = id
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added.map(([id, content]) => ({ id, content, ...FLAGS, special: isSpecial(content) })),
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
    },
  }
}

const FLAGS = { single_word: false, lstrip: false, rstrip: false, normalized: false }

export const tokenizerConfig = (vocabSize: number, maxPositions: number): Record<string, unknown> => ({
  add_bos_token: false,
  add_prefix_space: false,
  added_tokens_decoder: Object.fromEntries(
    addedTokens(vocabSize).map(([id, content]) => [`${id}`, { content, ...FLAGS, special: isSpecial(content) }]),
  ),
  additional_special_tokens: SPECIAL_TOKENS.slice(1),
  bos_token: null,
  clean_up_tokenization_spaces: false,
  eos_token: '<|im_end|>',
  errors: 'replace',
  model_max_length: maxPositions,
  pad_token: '<|endoftext|>',
  split_special_tokens: false,
  // transformers gives Qwen2's its own pattern, whatever tokenizer.json says.
  tokenizer_class: vocabSize > QWEN_VOCAB ? 'Qwen2Tokenizer' : 'PreTrainedTokenizerFast',
  unk_token: null,
})
