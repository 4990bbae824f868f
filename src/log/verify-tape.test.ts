import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { McapStreamReader, McapWriter } from '@mcap/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyTape } from './index.ts'
import { folderForTest, image, START_NS, smallRecords, tapeBytes, tick } from './testing/small-tape.ts'
import { zstdDecompress } from './zstd.ts'

const flipped = (bytes: Buffer, at: number, mask: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at]! ^= mask
  return copy
}

/** The same records by the MCAP library's own writer, a chunk each: every CRC, index and count is valid; the chain is copied or left out. */
const rewritten = async (bytes: Buffer, chain: 'copied' | 'left out', edit = (payload: Uint8Array) => payload) => {
  const parts: Uint8Array[] = []
  let position = 0n
  const writer = new McapWriter({
    chunkSize: 1,
    writable: {
      position: () => position,
      write: async (part) => {
        parts.push(Uint8Array.from(part))
        position += BigInt(part.byteLength)
      },
    },
  })
  await writer.start()
  const decompressHandlers = { zstd: (data: Uint8Array, size: bigint) => zstdDecompress(data, Number(size)) }
  const reader = new McapStreamReader({ decompressHandlers })
  const channels = new Map<number, number>()
  reader.append(bytes)
  for (let record = reader.nextRecord(); record && record.type !== 'DataEnd'; record = reader.nextRecord()) {
    if (record.type === 'Schema') await writer.registerSchema(record)
    if (record.type === 'Channel') channels.set(record.id, await writer.registerChannel(record))
    if (record.type === 'Metadata' && chain === 'copied') {
      record.metadata.delete('crc32_before')
      await writer.addMetadata(record)
    }
    if (record.type !== 'Message') continue
    await writer.addMessage({ ...record, channelId: channels.get(record.channelId)!, data: edit(record.data) })
  }
  await writer.end()
  return Buffer.concat(parts)
}

describe('a tape that is verified', () => {
  it('is sound as it was written', async () => {
    const path = join(folderForTest(), 'sound.mcap')
    await writeFile(path, await tapeBytes(smallRecords()))
    const found = await verifyTape(path)
    expect(found).toMatchObject({ damaged: [], messages: 12, chainedMessages: 12, chunks: 4, complete: true })
    expect(found.chainSha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    { compress: true, step: 1 },
    { compress: false, step: 3 },
  ])('shows every byte that is flipped, wherever it stands (compressed: $compress)', async ({ compress, step }) => {
    const bytes = await tapeBytes(smallRecords(), { compress })
    const path = join(folderForTest(), 'flipped.mcap')
    const unseen: number[] = []
    for (let at = 0; at < bytes.byteLength; at += step) {
      await writeFile(path, flipped(bytes, at, 1 << (at % 8)))
      if ((await verifyTape(path)).damaged.length === 0) unseen.push(at)
    }
    expect(unseen).toEqual([])
  })

  it('shows every byte that is flipped before the last chain record of a tape that was never closed', async () => {
    const bytes = await tapeBytes(smallRecords())
    const lastRecord = bytes.lastIndexOf('crc32_before')
    // To the end of the last chain record: key, length and eight digits.
    const cut = bytes.subarray(0, bytes.indexOf('crc32_before', lastRecord) + 12 + 4 + 8)
    const path = join(folderForTest(), 'cut.mcap')
    const unseen: number[] = []
    for (let at = 0; at < cut.byteLength; at += 2) {
      await writeFile(path, flipped(cut, at, 1 << (at % 8)))
      if ((await verifyTape(path)).damaged.length === 0) unseen.push(at)
    }
    expect(unseen).toEqual([])
  })

  it('shows any change of any bytes of a larger tape', async () => {
    const records = Array.from({ length: 60 }, (_, n) => [
      tick(n, START_NS + BigInt(n) * 50_000_000n),
      image(n, START_NS + BigInt(n) * 50_000_000n + 1n, 30_000),
    ])
    const bytes = await tapeBytes(records.flat())
    const path = join(folderForTest(), 'larger.mcap')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.byteLength - 1),
        fc.uint8Array({ minLength: 1, maxLength: 24 }).filter((masks) => masks.some((mask) => mask > 0)),
        async (at, masks) => {
          const copy = Buffer.from(bytes)
          for (const [index, mask] of masks.entries()) if (at + index < copy.byteLength) copy[at + index]! ^= mask
          fc.pre(!copy.equals(bytes))
          await writeFile(path, copy)
          expect((await verifyTape(path)).damaged).not.toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })

  it('says where the damage is, what was expected and what was found', async () => {
    const bytes = await tapeBytes(smallRecords(), { compress: false })
    const path = join(folderForTest(), 'told.mcap')
    await writeFile(path, flipped(bytes, bytes.indexOf('"a":1'), 4))
    const { damaged, complete } = await verifyTape(path)
    expect(complete).toBe(true)
    expect(damaged.map(({ what }) => what)).toEqual(['chunk', 'hash chain', 'data section CRC'])
    const chunkAt = 8 + 9 + 4 + 4 + 'outrider 0.1.0'.length
    expect(damaged[0]).toMatchObject({
      offset: chunkAt,
      found: expect.stringMatching(/CRC 0x[0-9a-f]{8}, 0x[0-9a-f]{8} announced/),
    })
    expect(damaged[2]).toMatchObject({ expected: expect.stringMatching(/^0x/), found: expect.stringMatching(/^0x/) })
  })

  it.each([
    { name: 'bytes after the end', change: (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('more')]) },
    { name: 'a second tape after the first', change: (bytes: Buffer) => Buffer.concat([bytes, bytes]) },
    {
      name: 'a hole in the middle',
      change: (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 900), bytes.subarray(1000)]),
    },
    {
      name: 'zeros in the middle',
      change: (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 900), Buffer.alloc(64), bytes.subarray(964)]),
    },
  ])('is called damaged with $name', async ({ change }) => {
    const path = join(folderForTest(), 'changed.mcap')
    await writeFile(path, change(await tapeBytes(smallRecords())))
    expect((await verifyTape(path)).damaged).not.toEqual([])
  })

  it.each([
    {
      name: 'is sound in other chunks, by another writer, with its chain',
      chain: 'copied',
      edit: undefined,
      damaged: [],
    },
    {
      name: 'is damaged when one message was changed and only the chain tells',
      chain: 'copied',
      edit: (payload: Uint8Array) => (payload[1] === 9 ? Uint8Array.of(8, 10) : payload),
      damaged: ['hash chain'],
    },
    {
      name: 'is damaged when nothing chains its messages',
      chain: 'left out',
      edit: undefined,
      damaged: ['hash chain'],
    },
  ] as const)('$name', async ({ chain, edit, damaged }) => {
    const path = join(folderForTest(), 'rewritten.mcap')
    await writeFile(path, await rewritten(await tapeBytes(smallRecords()), chain, edit))
    const found = await verifyTape(path)
    expect(found.damaged.map(({ what }) => what)).toEqual(damaged)
    expect(found).toMatchObject({ messages: 12, chunks: 12, complete: true })
  })

  it('does not take any file for a tape', async () => {
    const path = join(folderForTest(), 'any.mcap')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 200 }), fc.boolean(), async (noise, withMagic) => {
        const magic = Buffer.from([137, 77, 67, 65, 80, 48, 13, 10])
        await writeFile(path, withMagic ? Buffer.concat([magic, noise]) : noise)
        const { messages, complete } = await verifyTape(path)
        expect({ messages, complete }).toEqual({ messages: 0, complete: false })
      }),
      { numRuns: 200 },
    )
  })

  it('is reported as unreadable when there is no file', async () => {
    await expect(verifyTape(join(folderForTest(), 'none.mcap'))).rejects.toMatchObject({ code: 'TAPE_NOT_READ' })
  })
})
