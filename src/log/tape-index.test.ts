import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TapeRecord } from '#messages'
import { readTape } from './read-tape.ts'
import { readTapeIndex } from './tape-index.ts'
import { folderForTest, smallRecords, tapeBytes } from './testing/small-tape.ts'

const tapeFile = async (change: (bytes: Buffer) => Uint8Array = (bytes) => bytes): Promise<string> => {
  const path = join(folderForTest(), 'tape.mcap')
  await writeFile(path, change(await tapeBytes(smallRecords())))
  return path
}

const readAll = async (...args: Parameters<typeof readTape>): Promise<TapeRecord[]> => {
  const records: TapeRecord[] = []
  for await (const record of readTape(...args)) records.push(record)
  return records
}

describe('the index of a tape', () => {
  it('lets it be read from any of its chunks, topics of earlier channels included', async () => {
    const path = await tapeFile()
    const all = await readAll(path)
    const places = (await readTapeIndex(path)) ?? []
    expect(places.length).toBeGreaterThan(3)
    for (const from of places) {
      const rest = all.filter(({ logTimeNs }) => logTimeNs >= from.startNs)
      expect(await readAll(path, { from })).toEqual(rest)
      const within = rest.filter(({ logTimeNs }) => logTimeNs <= from.endNs)
      expect(from.topics).toEqual(new Set(within.map(({ topic }) => topic)))
    }
  })

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['was cut', (bytes) => bytes.subarray(0, bytes.length - 40)],
    ['is empty', () => new Uint8Array()],
    ['is something else', () => Buffer.from('no tape at all, but of some length'.repeat(9))],
    ['has a damaged footer', (bytes) => Buffer.from(bytes).fill(255, bytes.length - 28, bytes.length - 12)],
  ])('is absent where the tape %s', async (_, change) => {
    expect(await readTapeIndex(await tapeFile(change))).toBeUndefined()
  })

  it('has a coded error where there is no file', async () => {
    await expect(readTapeIndex('/nowhere.mcap')).rejects.toThrow(/TAPE_NOT_READ/)
  })

  it('is not trusted: a chunk that it points at is checked as ever', async () => {
    const path = await tapeFile()
    const [, second] = (await readTapeIndex(path)) ?? []
    const bytes = await readFile(path)
    bytes[second!.offset + 60]! ^= 1
    await writeFile(path, bytes)
    await expect(readAll(path, { from: second! })).rejects.toThrow(/TAPE_DAMAGED/)
  })
})
