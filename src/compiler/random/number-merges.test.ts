import { Tokenizer } from '@huggingface/tokenizers'
import { expect, it } from 'vitest'
import { SHAPES } from './checkpoint-shape.ts'
import { tokenizerConfig, tokenizerJson } from './qwen-tokenizer.ts'

const { vocabSize, maxPositions } = SHAPES.nano.text
const tokenizer = new Tokenizer(tokenizerJson(vocabSize), tokenizerConfig(vocabSize, maxPositions))

it('each whole number below 400 is one token, wherever an answer has it', () => {
  const split = Array.from({ length: 400 }, (_, number) => number).filter(
    (number) => !tokenizer.encode(`"bbox_2d":[${number},0,336,${number}]`).tokens.includes(`${number}`),
  )
  expect(split).toEqual([])
})

it.each([
  ['[10.73,-0.04,113.41]', ['[', '10', '.73', ',-', '0', '.04', ',', '113', '.41', ']']],
  ['[213,7,399,400]', ['[', '213', ',', '7', ',', '399', ',', '40', '0', ']']],
  ['1234', ['123', '4']],
  ['007', ['0', '0', '7']],
])('%s is read as numbers and what stands between them', (text, tokens) => {
  expect(tokenizer.encode(text).tokens).toEqual(tokens)
})

it('the vocabulary has no token to spare and none too few', () => {
  const { model, added_tokens } = tokenizerJson(vocabSize) as {
    model: { vocab: Record<string, number> }
    added_tokens: unknown[]
  }
  const ids = Object.values(model.vocab).toSorted((a, b) => a - b)
  expect(ids).toEqual(Array.from({ length: vocabSize }, (_, id) => id))
  expect(added_tokens).toHaveLength(14)
})
