import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJsonArray } from './read-json-array.ts'

async function* inChunks(text: string, sizeBytes: number): AsyncGenerator<Uint8Array, void> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes)
}
const read = async (text: string, sizeBytes = 7): Promise<unknown[]> => {
  const objects: unknown[] = []
  for await (const object of readJsonArray(inChunks(text, sizeBytes))) objects.push(object)
  return objects
}

test('objects come out as JSON.parse has them, wherever the chunks end', async () => {
  const objects = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()))
  await fc.assert(
    fc.asyncProperty(objects, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (value, sizeBytes, indented) => {
      const text = JSON.stringify(value, null, indented ? 1 : 0)
      expect(await read(text, sizeBytes)).toEqual(JSON.parse(text))
    }),
  )
})

test.each([
  ['cut off in an object', '[{"a": 1}, {"b": '],
  ['cut off in a string', '[{"a": 1}, {"b": "c'],
  ['cut off between objects', '[{"a": 1},\n'],
  ['no array', '{"a": 1}'],
  ['empty', ''],
  ['one brace too many', '[{"a": 1}}]'],
  ['broken inside', '[{"a": 1,,}]'],
])('a text that is %s is refused', async (_, text) => {
  await expect(read(text)).rejects.toThrow(SyntaxError)
})
