import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { pythonOrSkip } from '../../../test/oracles.ts'
import { tokenStream } from './token-stream.ts'
import { makeTokenizer } from './tokenizer.ts'

test('any text gives the tokens of the Rust tokenizers, and the tokens their text', (context) => {
  const python = pythonOrSkip(context)
  const folder = mkdtempSync(join(tmpdir(), 'outrider-tokenizer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  execFileSync(python, [fileURLToPath(new URL('../testing/token_ids.py', import.meta.url)), folder])
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const tokenizer = makeTokenizer(read('tokenizer.json'), {})
  const texts = read('texts.json') as readonly [string, number[], string][]
  expect(texts.length).toBeGreaterThan(2000)
  for (const [text, ids, decoded] of texts) {
    expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids)
    const stream = tokenStream(tokenizer)
    expect(ids.map((id) => stream.push(id)).join('') + stream.end(), JSON.stringify(text)).toBe(decoded)
  }
})

test('a tokenizer that is not of bytes is refused', () => {
  const metaspace = { decoder: { type: 'Metaspace' }, model: { vocab: {} } }
  expect(() => makeTokenizer(metaspace, {})).toThrow(expect.objectContaining({ code: 'MODEL_TOKENIZER_UNSUPPORTED' }))
})
