import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokenStream } from './token-stream.ts'

/** A tokenizer whose tokens are single bytes. */
const bytewise = { bytes: (id: number): Uint8Array => Uint8Array.of(id) }

test('no piece holds a part of a letter, and all pieces together are the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const stream = tokenStream(bytewise)
      const pieces = [...new TextEncoder().encode(text)].map((byte) => stream.push(byte))
      expect(pieces.join('')).toBe(text)
      expect(pieces.some((piece) => piece.includes('\ufffd') && !text.includes('\ufffd'))).toBe(false)
      expect(stream.end()).toBe('')
    }),
  )
})

test('bytes that never became a letter show at the end', () => {
  const stream = tokenStream(bytewise)
  expect(stream.push(0xf0)).toBe('')
  expect(stream.push(0x9f)).toBe('')
  expect(stream.end()).toBe('\ufffd')
})

test('a byte order mark is text', () => {
  const stream = tokenStream(bytewise)
  expect([0xef, 0xbb, 0xbf].map((byte) => stream.push(byte)).join('')).toBe('\ufeff')
})
