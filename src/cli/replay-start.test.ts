import { mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTape } from '#log'
import type { Engine } from '#model/engine'
import { NOTHING_ANSWERED, type Question } from '#model/question'
import { createComparison, replay } from '#replay'
import { driveSeconds, START_NS } from '../pipeline/testing/drive-events.ts'
import { recordsOf } from '../pipeline/testing/drive-with-snapshots.ts'
import { replayStart } from './replay-start.ts'

const SECONDS = 24

describe('where a replay starts', () => {
  let folder = ''
  const tape = (name: string): string => join(folder, `${name}.mcap`)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-start-'))
    // Longer than a snapshot's period twice, so that chunks may be passed over.
    const records = recordsOf(driveSeconds(SECONDS))
    for (const name of ['whole', 'cut']) {
      const writer = await openTape(tape(name))
      for (const record of records) writer.write(record)
      await writer.close()
    }
    await truncate(tape('cut'), Math.floor((await stat(tape('cut'))).size * 0.8))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Replays from there; what was compared, what the model was asked, and which records were read. */
  const from = async (name: string, when: string) => {
    const { snapshot, records } = await replayStart(tape(name), when)
    const questions: Question[] = []
    const engine: Engine = {
      info: { engine: 'listening', bundleSha256: '' },
      async answer(question) {
        questions.push(question)
        return NOTHING_ANSWERED
      },
      async close() {},
    }
    let firstReadNs: bigint | undefined
    const watched = async function* () {
      for await (const record of records) {
        firstReadNs ??= record.logTimeNs
        yield record
      }
    }
    const comparison = createComparison()
    await replay({ records: watched(), comparison, recompute: engine, ...(snapshot ? { from: snapshot } : {}) })
    const firstReadS = Number((firstReadNs ?? 0n) - START_NS) / 1e9
    return { snapshot: snapshot?.sequence, comparison: comparison.finish(), questions, firstReadS }
  }

  it.each([
    { when: '9s', snapshot: undefined, firstReadS: 0 },
    { when: '12s', snapshot: 0, firstReadS: 5 },
    { when: '23.9s', snapshot: 1, firstReadS: 15 },
    { when: String(START_NS + 20_500_000_000n), snapshot: 1, firstReadS: 15 },
    { when: '1h', snapshot: 1, firstReadS: 15 },
  ])('from $when is snapshot $snapshot, and chunks more than 5 s before it are not read', async (expected) => {
    const { snapshot, comparison, firstReadS } = await from('whole', expected.when)
    expect(snapshot).toBe(expected.snapshot)
    expect(comparison).toMatchObject({ same: true })
    expect(comparison.compared).toBeGreaterThan(0)
    // A chunk is 1 s long.
    expect(firstReadS).toSatisfy((s: number) => s > expected.firstReadS - 1.1 && s <= expected.firstReadS + 0.1)
  })

  it('has all images that the questions after it name', async () => {
    const all = await from('whole', '0s')
    const late = await from('whole', '1h')
    expect(late.questions.length).toBeGreaterThan(5)
    expect(late.questions).toEqual(all.questions.slice(-late.questions.length))
  })

  it('is found by reading all where the tape was cut and has no index', async () => {
    const { snapshot, comparison, firstReadS } = await from('cut', '23s')
    expect([snapshot, firstReadS]).toEqual([0, 0])
    expect(comparison.same).toBe(true)
  })

  it('is neither before the beginning nor without a unit', async () => {
    await expect(replayStart(tape('whole'), '12')).rejects.toThrow(/DURATION_INVALID/)
  })
})
