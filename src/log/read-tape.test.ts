import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTapeHead, verifyTape } from './index.ts'
import { folderForTest, readAll, START_NS, smallRecords, tapeBytes, tick } from './testing/small-tape.ts'

describe('a tape that is read', () => {
  it('gives, cut anywhere, the messages of its whole chunks, and is not called damaged', async () => {
    const records = smallRecords()
    const bytes = await tapeBytes(records)
    const path = join(folderForTest(), 'cut.mcap')
    const counts = new Set<number>()
    for (let length = 0; length < bytes.byteLength; length += 3) {
      await writeFile(path, bytes.subarray(0, length))
      const { records: read, end } = await readAll(path)
      expect(read).toEqual(records.slice(0, read.length))
      expect(end).toMatchObject({ complete: false, sizeBytes: length })
      const { damaged, complete, messages } = await verifyTape(path)
      expect({ length, damaged, complete, messages }).toEqual({
        length,
        damaged: [],
        complete: false,
        messages: read.length,
      })
      counts.add(read.length)
    }
    // Chunk by chunk, and the last as soon as it is whole.
    expect([...counts]).toEqual([0, 3, 6, 9, 12])
  })

  it.each([
    { name: 'a flipped byte in a chunk', at: () => 120 },
    { name: 'a flipped byte in the magic', at: () => 3 },
    { name: 'a flipped byte in the closing magic', at: (size: number) => size - 2 },
  ])('stops with a coded error at $name', async ({ at }) => {
    const bytes = await tapeBytes(smallRecords())
    const path = join(folderForTest(), 'flipped.mcap')
    bytes[at(bytes.byteLength)]! ^= 0x20
    await writeFile(path, bytes)
    await expect(readAll(path)).rejects.toMatchObject({ code: 'TAPE_DAMAGED' })
  })

  it.each([
    { name: 'no file', bytes: undefined, code: 'TAPE_NOT_READ' },
    { name: 'a file that is no tape', bytes: Buffer.from('not a tape at all, by far'), code: 'TAPE_DAMAGED' },
    { name: 'an empty file', bytes: Buffer.alloc(0), code: 'TAPE_WITHOUT_CONFIG' },
  ])('says what it found instead of a head: $name', async ({ bytes, code }) => {
    const path = join(folderForTest(), 'other.mcap')
    if (bytes) await writeFile(path, bytes)
    await expect(readTapeHead(path)).rejects.toMatchObject({ code })
  })

  it('wants the configuration to be the first record', async () => {
    const path = join(folderForTest(), 'headless.mcap')
    await writeFile(path, await tapeBytes([tick(0, START_NS)]))
    await expect(readTapeHead(path)).rejects.toMatchObject({ code: 'TAPE_WITHOUT_CONFIG', found: '/pipeline/tick' })
  })
})
