import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readSafetensorsHeader } from './safetensors.ts'
import { codedError, safetensorsBytes, temporaryFolder } from './testing/checkpoints.ts'

const BYTES = { F64: 8, F32: 4, BF16: 2, F16: 2, I64: 8, U8: 1 } as const
const tensors = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
  fc.record({
    dtype: fc.constantFrom(...(Object.keys(BYTES) as (keyof typeof BYTES)[])),
    shape: fc.array(fc.nat(5), { maxLength: 4 }),
  }),
  { maxKeys: 6 },
)

const fileOf = (list: Record<string, { dtype: keyof typeof BYTES; shape: number[] }>) => {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let end = 0
  for (const [name, { dtype, shape }] of Object.entries(list)) {
    const start = end
    end += shape.reduce((product, side) => product * side, BYTES[dtype])
    header[name] = { dtype, shape, data_offsets: [start, end] }
  }
  return { bytes: safetensorsBytes(header, new Uint8Array(end)), dataBytes: end }
}

it('any header is read back: names, dtypes, shapes and places that tile the data', async () => {
  const path = join(await temporaryFolder(), 'a.safetensors')
  await fc.assert(
    fc.asyncProperty(tensors, async (list) => {
      const { bytes, dataBytes } = fileOf(list)
      await writeFile(path, bytes)
      const read = await readSafetensorsHeader(path)
      expect(Object.fromEntries(read.map(({ name, dtype, shape }) => [name, { dtype, shape }]))).toEqual(list)
      let at = bytes.length - dataBytes
      for (const tensor of read) {
        expect(tensor.offset).toBe(at)
        at += tensor.bytes
      }
      expect(at).toBe(bytes.length)
    }),
    { numRuns: 60 },
  )
})

it('a file cut anywhere is refused as damaged, and says where', async () => {
  const path = join(await temporaryFolder(), 'a.safetensors')
  const { bytes } = fileOf({ a: { dtype: 'F32', shape: [3, 2] }, b: { dtype: 'BF16', shape: [5] } })
  for (let length = 0; length < bytes.length; length++) {
    await writeFile(path, bytes.subarray(0, length))
    const error = await codedError(readSafetensorsHeader(path))
    expect(error?.code, `${length} bytes`).toBe('SAFETENSORS_DAMAGED')
    expect(error?.expected).toContain(path)
  }
})

it('any bytes are either read or refused with a code', async () => {
  const path = join(await temporaryFolder(), 'a.safetensors')
  const { bytes } = fileOf({ a: { dtype: 'F32', shape: [3, 2] } })
  const changed = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, value]) => {
    const copy = Buffer.from(bytes)
    copy[at] = value
    return copy
  })
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, fc.uint8Array({ maxLength: 64 })), async (content) => {
      await writeFile(path, content)
      const error = await codedError(readSafetensorsHeader(path))
      expect(error === undefined || error.code === 'SAFETENSORS_DAMAGED').toBe(true)
    }),
    { numRuns: 300 },
  )
})

it.each([
  ['fewer bytes than its shape', { dtype: 'F32', shape: [4], data_offsets: [0, 8] }, '16 bytes for a'],
  ['an end before its start', { dtype: 'F32', shape: [1], data_offsets: [8, 4] }, 'to end after it begins'],
  ['data past the end of the file', { dtype: 'F32', shape: [8], data_offsets: [0, 32] }, 'up to byte'],
  ['no shape', { dtype: 'F32', data_offsets: [0, 4] }, 'dtype, shape and data_offsets of a'],
])('a tensor with %s is refused', async (_, entry, expected) => {
  const path = join(await temporaryFolder(), 'a.safetensors')
  await writeFile(path, safetensorsBytes({ a: entry }, new Uint8Array(16)))
  const error = await codedError(readSafetensorsHeader(path))
  expect(error?.code).toBe('SAFETENSORS_DAMAGED')
  expect(error?.expected).toContain(expected)
})

it('a length of many gigabytes is refused before memory is asked for', async () => {
  const path = join(await temporaryFolder(), 'a.safetensors')
  await writeFile(path, Buffer.alloc(16, 0xff))
  expect((await codedError(readSafetensorsHeader(path)))?.expected).toContain('at most 100000000 bytes')
})
