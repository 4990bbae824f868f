// A drive whose tape is cut anywhere: what recover makes of it satisfies a doctor that knows nothing of Outrider, and replays.
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { McapWriter } from '@mcap/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTape, type Recovery, readTape, recoverTape, verifyTape } from '#log'
import type { TapeRecord } from '#messages'
import { createComparison, replay } from '#replay'
import { createTestRun, driveSeconds } from '../src/pipeline/testing/drive-events.ts'
import { OUTRIDER, pythonOrSkip, ROOT } from './oracles.ts'

const SECONDS = 12
const CUTS = 50
const SEED = 20_261_124

const folder = mkdtempSync(join(tmpdir(), 'outrider-recovered-'))
const whole = join(folder, 'whole.mcap')
const at = (name: string) => join(folder, name)
let records: readonly TapeRecord[] = []
let bytes = Buffer.alloc(0)

/** Events and outputs in the order of a tape; images of some 40 kB, so that chunks close by size and by time. */
const record = (): TapeRecord[] => {
  const run = createTestRun()
  const { events, outputs } = driveSeconds(SECONDS, run, { imageBytes: 40_000 })
  return events.flatMap(({ topic, logTimeNs, publishTimeNs, sequence, payload }) => [
    { topic, logTimeNs, publishTimeNs, sequence, payload },
    ...outputs
      .filter(({ eventTimeNs }) => eventTimeNs === logTimeNs)
      .map(({ eventTimeNs: _, ...output }) => ({ ...output, logTimeNs })),
  ])
}

/** Marsaglia's xorshift: the same cuts on every machine. */
const createRandom = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** How many records the tape has; throws where they are not the drive's first ones. */
const countSame = async (path: string): Promise<number> => {
  let count = 0
  for await (const { payload, ...stamps } of readTape(path)) {
    const { payload: expected, ...expectedStamps } = records[count]!
    expect(stamps).toEqual(expectedStamps)
    expect(Buffer.compare(payload, expected), `message ${count}`).toBe(0)
    count += 1
  }
  return count
}

const replayed = async (path: string) => {
  const comparison = createComparison()
  const { events, spanNs } = await replay({ records: readTape(path), comparison })
  return { events, lastNs: spanNs[1], ...comparison.finish() }
}

beforeAll(async () => {
  records = record()
  const tape = await openTape(whole)
  for (const one of records) tape.write(one)
  await tape.close()
  bytes = readFileSync(whole)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a tape that was cut at a random byte', () => {
  const random = createRandom(SEED)
  const recoveries: Recovery[] = []

  beforeAll(async () => {
    for (let cut = 0; cut < CUTS; cut += 1) {
      const broken = at(`cut-${cut}.mcap`)
      writeFileSync(broken, bytes.subarray(0, random(bytes.byteLength)))
      recoveries.push(await recoverTape(broken, at(`recovered-${cut}.mcap`)))
    }
  })

  it('has its whole chunks again, closed, sound, and to the byte as they were', async () => {
    expect((await verifyTape(whole)).chunks).toBeGreaterThan(12)
    for (const { source, target, messages, chunks, complete, damaged, sameChain, chainSha256 } of recoveries) {
      expect({ complete, damaged, sameChain }).toEqual({ complete: false, damaged: [], sameChain: true })
      const found = await verifyTape(target)
      expect(found).toMatchObject({ damaged: [], complete: true, messages, chunks, chainSha256 })
      expect(found.messages).toBe((await verifyTape(source)).messages)
      expect(await countSame(target)).toBe(messages)
    }
    expect(new Set(recoveries.map(({ chunks }) => chunks)).size).toBeGreaterThan(8)
  })

  it('replays to the last event of its last whole chunk, every output as recorded', async () => {
    for (const { target, messages, events, spanNs } of recoveries) {
      const kept = records.slice(0, messages)
      const { same, compared, events: stepped, lastNs } = await replayed(target)
      expect({ same, stepped }).toEqual({ same: true, stepped: events })
      expect(lastNs).toBe(kept.at(-1)?.logTimeNs ?? 0n)
      expect(spanNs?.[1]).toBe(kept.at(-1)?.logTimeNs)
      expect(compared + events).toBe(messages)
    }
  })

  it('passes the doctor without errors or warnings', (context) => {
    const python = pythonOrSkip(context)
    const targets = recoveries.map(({ target }) => target)
    const said = execFileSync(python, [join(ROOT, 'test/python/doctor_tapes.py'), ...targets], {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    })
    const verdicts: Record<string, { errors: string[]; warnings: string[] }> = JSON.parse(said)
    expect(Object.keys(verdicts)).toEqual(targets)
    expect(Object.values(verdicts)).toEqual(targets.map(() => ({ errors: [], warnings: [] })))
  })

  it('says how much is lost, and until when where the cut chunk says it', () => {
    for (const { source, messages, lost } of recoveries) {
      const size = statSync(source).size
      expect(lost.bytes).toBeLessThanOrEqual(size)
      if (lost.untilNs !== undefined) expect(lost.untilNs).toBeGreaterThanOrEqual(records[messages]!.logTimeNs)
      if (lost.record === 'chunk') expect(bytes[size - lost.bytes]).toBe(6)
    }
    expect(recoveries.filter(({ lost }) => lost.untilNs !== undefined).length).toBeGreaterThan(CUTS / 2)
  })
})

describe('outrider recover', () => {
  const outrider = (...args: string[]) =>
    promisify(execFile)(process.execPath, [...OUTRIDER, ...args]).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    )

  it('makes a tape that replay --check accepts, and says what was kept and lost', async () => {
    writeFileSync(at('cut.mcap'), bytes.subarray(0, Math.floor(bytes.byteLength * 0.7)))
    const { code, stdout } = await outrider('recover', at('cut.mcap'), at('mended.mcap'))
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^recovered: .*cut\.mcap\n {2}kept: \d+ messages, \d+ of them events over [78]\.\d\d s, in \d+ chunks\n/,
    )
    expect(stdout).toMatch(/\n {2}lost: \d+ bytes after the last whole chunk, at least \d\.\d\d s of driving\n/)
    const check = await outrider('replay', at('mended.mcap'), '--check', '--json')
    expect([check.code, JSON.parse(check.stdout)]).toMatchObject([
      0,
      { result: 'same', verification: { complete: true } },
    ])
  })

  it.each([0, 5, 60])('makes an empty tape of one of %i bytes, and says so', async (length) => {
    writeFileSync(at('stub.mcap'), bytes.subarray(0, length))
    const { code, stdout } = await outrider('recover', at('stub.mcap'), at('empty.mcap'), '--force')
    expect(code).toBe(0)
    expect(stdout).toContain('kept: 0 messages and no event: not one chunk of the drive is whole')
    expect((await outrider('replay', at('empty.mcap'), '--check')).code).toBe(0)
  })

  it('copies a tape that is whole to the byte', async () => {
    const { code, stdout } = await outrider('recover', whole, at('copy.mcap'), '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { result: 'whole', lost: { bytes: 0, record: 'none' } }])
    expect(readFileSync(at('copy.mcap')).equals(bytes)).toBe(true)
  })

  it('keeps what stands before damage, names it, and exits with 1', async () => {
    const damaged = Buffer.from(bytes)
    const flipAt = Math.floor(bytes.byteLength / 2)
    damaged[flipAt]! ^= 0x10
    writeFileSync(at('damaged.mcap'), damaged)
    const { code, stdout } = await outrider('recover', at('damaged.mcap'), at('before.mcap'), '--json')
    const found = JSON.parse(stdout)
    expect([code, found]).toMatchObject([1, { result: 'damaged', sameChain: true, lost: { record: 'unreadable' } }])
    expect(found.damaged[0].offset).toBeLessThanOrEqual(flipAt)
    expect(await countSame(at('before.mcap'))).toBe(found.messages)
    expect((await replayed(at('before.mcap'))).same).toBe(true)
  })

  it('writes over nothing without --force, and never over the broken tape', async () => {
    writeFileSync(at('broken.mcap'), bytes.subarray(0, 700_000))
    writeFileSync(at('precious.mcap'), 'precious')
    const refused = await outrider('recover', at('broken.mcap'), at('precious.mcap'), '--json')
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([2, { error: { code: 'TAPE_EXISTS' } }])
    expect(readFileSync(at('precious.mcap'), 'utf8')).toBe('precious')
    const onItself = await outrider('recover', at('broken.mcap'), join(folder, '.', 'broken.mcap'), '--force')
    expect([onItself.code, onItself.stderr]).toEqual([2, expect.stringContaining('TAPE_EXISTS')])
    expect(statSync(at('broken.mcap')).size).toBe(700_000)
    expect((await outrider('recover', at('broken.mcap'), at('precious.mcap'), '--force')).code).toBe(0)
    expect((await verifyTape(at('precious.mcap'))).damaged).toEqual([])
  })
})

describe('a file that cannot be recovered', () => {
  it.each([
    { name: 'one that is not there', content: undefined, code: 'TAPE_NOT_READ' },
    { name: 'one that is no tape', content: 'a text, and no tape at all', code: 'TAPE_DAMAGED' },
  ])('is refused and leaves nothing behind: $name', async ({ content, code }) => {
    if (content !== undefined) writeFileSync(at('other.txt'), content)
    const source = content === undefined ? at('nowhere.mcap') : at('other.txt')
    await expect(recoverTape(source, at('nothing.mcap'))).rejects.toMatchObject({ code })
    expect(readdirSync(folder).filter((name) => name.startsWith('nothing'))).toEqual([])
  })

  it('is one with topics that are not ours: that is left to tools for any MCAP', async () => {
    const chunks: Uint8Array[] = []
    const writer = new McapWriter({
      writable: {
        position: () => BigInt(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)),
        write: async (chunk) => {
          chunks.push(Uint8Array.from(chunk))
        },
      },
    })
    await writer.start({ profile: '', library: 'somebody' })
    const channel = { schemaId: 0, topic: '/somebody/says', messageEncoding: 'json', metadata: new Map() }
    const channelId = await writer.registerChannel(channel)
    await writer.addMessage({ channelId, sequence: 0, logTime: 1n, publishTime: 1n, data: Buffer.from('{}') })
    await writer.end()
    writeFileSync(at('foreign.mcap'), Buffer.concat(chunks))
    await expect(recoverTape(at('foreign.mcap'), at('nothing.mcap'))).rejects.toMatchObject({ code: 'TAPE_FOREIGN' })
    expect(readdirSync(folder).filter((name) => name.startsWith('nothing'))).toEqual([])
  })
})
