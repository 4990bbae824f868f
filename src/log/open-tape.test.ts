import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { McapStreamReader } from '@mcap/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TOPICS } from '#messages'
import { ROOT, SOURCE_ARGS } from '../../test/oracles.ts'
import { openTape, readTapeHead, verifyTape } from './index.ts'
import { folderForTest, image, readAll, START_NS, smallRecords, tapeBytes, tick } from './testing/small-tape.ts'
import { zstdDecompress } from './zstd.ts'

const MS = 1_000_000n

/** Messages and compression of each chunk, as the MCAP library reads them. */
const chunksOf = (bytes: Uint8Array): { compression: string; messages: number }[] => {
  const decompressHandlers = { zstd: (data: Uint8Array, size: bigint) => zstdDecompress(data, Number(size)) }
  const reader = new McapStreamReader({ includeChunks: true, decompressHandlers })
  reader.append(bytes)
  const chunks: { compression: string; messages: number }[] = []
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Chunk') chunks.push({ compression: record.compression, messages: 0 })
    if (record.type === 'Message') chunks.at(-1)!.messages += 1
  }
  return chunks
}

describe('a tape that is written', () => {
  it('is the same file, byte for byte, when the records are the same', async () => {
    const [once, again] = [await tapeBytes(smallRecords()), await tapeBytes(smallRecords())]
    expect(once.equals(again)).toBe(true)
    expect(once.equals(await tapeBytes(smallRecords().slice(0, -1)))).toBe(false)
  })

  it('gives back its records in the order of writing, whatever they are', async () => {
    const path = join(folderForTest(), 'any.mcap')
    const record = fc.record({
      topic: fc.constantFrom(...TOPICS.map(({ name }) => name)),
      logTimeNs: fc.bigInt(0n, 2n ** 64n - 1n),
      publishTimeNs: fc.bigInt(0n, 2n ** 64n - 1n),
      sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      payload: fc.uint8Array({ maxLength: 3000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 30 }), fc.boolean(), async (records, compress) => {
        const tape = await openTape(path, { compress })
        for (const one of records) tape.write(one)
        await tape.close()
        const read = await readAll(path)
        expect(read.records).toEqual(records.map((one) => ({ ...one, payload: Uint8Array.from(one.payload) })))
        expect(read.end).toMatchObject({ complete: true, lostBytes: 0, sizeBytes: statSync(path).size })
        expect(await verifyTape(path)).toMatchObject({ damaged: [], complete: true, messages: records.length })
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    // 20 ticks a second: the tick at exactly 1 s begins the next chunk.
    {
      name: '1 s of log time',
      records: Array.from({ length: 41 }, (_, n) => tick(n, START_NS + BigInt(n) * 50n * MS)),
      sizes: [20, 20, 1],
    },
    {
      name: '1 MB',
      records: Array.from({ length: 9 }, (_, n) => tick(n, START_NS + BigInt(n), 400_000)),
      sizes: [3, 3, 3],
    },
    {
      name: 'one message of more than 1 MB',
      records: [image(1, START_NS, 3_000_000), tick(1, START_NS + 1n)],
      sizes: [1, 1],
    },
  ])('closes a chunk after $name', async ({ records, sizes }) => {
    expect(chunksOf(await tapeBytes(records)).map(({ messages }) => messages)).toEqual(sizes)
  })

  it('never closes a chunk between an event and what step made of it, however much that is', async () => {
    const output = (n: number, atNs: bigint) => ({ ...tick(n, atNs, 500_000), topic: '/planners/verdict' })
    const timing = (n: number, atNs: bigint) => ({ ...tick(n, atNs, 500_000), topic: '/pipeline/stage-timing' })
    const records = [0, 1, 2].flatMap((n) => {
      const atNs = START_NS + BigInt(n) * 700n * MS
      return [tick(n, atNs, 700_000), output(2 * n, atNs), output(2 * n + 1, atNs), timing(n, atNs)]
    })
    // By size after two messages, by time in the middle of an event's outputs: both wait for the next event.
    expect(chunksOf(await tapeBytes(records)).map(({ messages }) => messages)).toEqual([4, 4, 4])
    const late = [
      tick(0, START_NS),
      output(0, START_NS),
      output(1, START_NS + 1500n * MS),
      tick(1, START_NS + 1501n * MS),
    ]
    expect(chunksOf(await tapeBytes(late)).map(({ messages }) => messages)).toEqual([3, 1])
  })

  it('compresses chunks without images, and no chunk when told so', async () => {
    const compressions = (bytes: Uint8Array) => chunksOf(bytes).map(({ compression }) => compression)
    expect(compressions(await tapeBytes(smallRecords()))).toEqual(['zstd', '', '', 'zstd'])
    expect(compressions(await tapeBytes(smallRecords(), { compress: false }))).toEqual(['', '', '', ''])
  })

  it('says what it was made from in its first record', async () => {
    const path = join(folderForTest(), 'head.mcap')
    const tape = await openTape(path)
    for (const record of smallRecords()) tape.write(record)
    await tape.close()
    expect((await readTapeHead(path)).config.configJson).toContain('{"a":1}')
  })

  it('keeps its payloads when the caller uses the buffer again', async () => {
    const payload = Uint8Array.of(8, 1)
    const path = join(folderForTest(), 'reused.mcap')
    const tape = await openTape(path)
    tape.write({ ...tick(0, START_NS), payload })
    payload.fill(0)
    await tape.close()
    expect((await readAll(path)).records[0]?.payload).toEqual(Uint8Array.of(8, 1))
  })

  it.each([
    { name: 'all at once', pause: () => undefined },
    { name: 'with pauses in which the disk catches up', pause: () => new Promise((resolve) => setImmediate(resolve)) },
  ])('keeps its chunks apart although their memory is used again: $name', async ({ pause }) => {
    const path = join(folderForTest(), 'many.mcap')
    const tape = await openTape(path, { compress: false })
    const record = (n: number) => ({
      ...tick(n, START_NS + BigInt(n)),
      payload: new Uint8Array(90_000 + n).fill(n % 251),
    })
    for (let n = 0; n < 300; n += 1) {
      tape.write(record(n))
      if (n % 5 === 0) await pause()
    }
    await tape.close()
    const { records } = await readAll(path)
    expect(records.length).toBe(300)
    const different = records.filter(({ payload }, n) => Buffer.compare(payload, record(n).payload) !== 0)
    expect(different).toEqual([])
    expect(await verifyTape(path)).toMatchObject({ damaged: [], messages: 300 })
  })

  it('can be read to its last whole chunk after its writer was killed', async () => {
    const path = join(folderForTest(), 'killed.mcap')
    // Writes without end, and says so once the disk has 3 MB.
    const program = `
      import { openTape } from '#log'
      const tape = await openTape(${JSON.stringify(path)}, { compress: false })
      for (let n = 0; ; n += 1) {
        tape.write({ topic: '/pipeline/tick', logTimeNs: ${START_NS}n + BigInt(n) * 1000000n, publishTimeNs: 1n, sequence: n, payload: new Uint8Array(40000).fill(n) })
        if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
        if (n === 80) await tape.flush().then(() => console.log('written'))
      }`
    const child = spawn(process.execPath, [...SOURCE_ARGS, '--input-type=module', '-e', program], { cwd: ROOT })
    const ended = new Promise<unknown>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
    const written = new Promise<unknown>((resolve) => child.stdout.once('data', () => resolve('written')))
    expect(await Promise.race([written, ended])).toBe('written')
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    const { records, end } = await readAll(path)
    expect(end).toMatchObject({ complete: false })
    expect(records.length).toBeGreaterThan(50)
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, index) => index))
    const { damaged, complete, messages } = await verifyTape(path)
    expect({ damaged, complete, messages }).toEqual({ damaged: [], complete: false, messages: records.length })
  })
})

describe('trouble with a tape that is written', () => {
  it('ends the tape whole, and says so, when the disk cannot keep up', async () => {
    const path = join(folderForTest(), 'slow.mcap')
    const tape = await openTape(path, { mostQueuedBytes: 1_500_000, compress: false })
    // No turn of the loop in between: nothing can be written meanwhile.
    for (let n = 0; n < 20; n += 1) tape.write(tick(n, START_NS + BigInt(n), 400_000))
    const { failure, lostMessages, messages } = tape.stats()
    expect(failure).toMatchObject({ code: 'TAPE_NOT_WRITTEN' })
    // The third chunk's first message came before the queue was seen to be full.
    expect([messages, lostMessages]).toEqual([7, 13])
    await expect(tape.flush()).rejects.toMatchObject({ code: 'TAPE_NOT_WRITTEN' })
    await expect(tape.close()).rejects.toMatchObject({ code: 'TAPE_NOT_WRITTEN' })
    expect(await verifyTape(path)).toMatchObject({ damaged: [], complete: true, messages: 7 })
  })

  it('ends a tape that is too slow before an event, with all that step made of the one before', async () => {
    const path = join(folderForTest(), 'whole.mcap')
    const tape = await openTape(path, { mostQueuedBytes: 1_500_000, compress: false })
    for (let n = 0; n < 20; n += 1) {
      tape.write(tick(n, START_NS + BigInt(n), 800_000))
      tape.write({ ...tick(n, START_NS + BigInt(n), 300_000), topic: '/planners/verdict' })
    }
    await expect(tape.close()).rejects.toMatchObject({ code: 'TAPE_NOT_WRITTEN' })
    const topics = (await readAll(path)).records.map(({ topic }) => topic)
    expect(topics).toEqual(Array(3).fill(['/pipeline/tick', '/planners/verdict']).flat())
  })

  it('is told when the disk is full, and does not stop the writer', async (context) => {
    context.skip(!existsSync('/dev/full'), 'needs /dev/full')
    const tape = await openTape('/dev/full', { compress: false })
    for (let n = 0; n < 8; n += 1) tape.write(tick(n, START_NS + BigInt(n), 400_000))
    await expect(tape.flush()).rejects.toMatchObject({
      code: 'TAPE_NOT_WRITTEN',
      found: expect.stringContaining('ENOSPC'),
    })
    tape.write(tick(9, START_NS + 9n))
    expect(tape.stats()).toMatchObject({ lostMessages: 1, queuedBytes: 0 })
    await expect(tape.close()).rejects.toMatchObject({ code: 'TAPE_NOT_WRITTEN' })
  })

  it('refuses a path where no file can be', async () => {
    await expect(openTape(join(folderForTest(), 'no', 'such', 'folder.mcap'))).rejects.toMatchObject({
      code: 'TAPE_NOT_WRITTEN',
    })
  })

  it('throws on what only a bug can do: a topic that is not in the table, a record after the end', async () => {
    const tape = await openTape(join(folderForTest(), 'bug.mcap'))
    expect(() => tape.write({ ...tick(0, START_NS), topic: '/nobody/knows' })).toThrow('/nobody/knows')
    await tape.close()
    await tape.close()
    expect(() => tape.write(tick(0, START_NS))).toThrow('closed')
  })
})
