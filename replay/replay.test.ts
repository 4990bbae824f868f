import { describe, expect, it } from 'vitest'
import { encode, RunConfigSchema, type TapeRecord } from '#messages'
import type { Engine } from '#model/engine'
import { type Answer, NOTHING_ANSWERED, type Question } from '#model/question'
import { driveWithSnapshots, recordsOf } from '../src/pipeline/testing/drive-with-snapshots.ts'
import { createComparison } from './compare.ts'
import { lastSnapshot } from './last-snapshot.ts'
import { type ReplayPorts, replay } from './replay.ts'

const DRIVE = recordsOf(driveWithSnapshots())
const START_NS = DRIVE[0]!.logTimeNs
const SNAPSHOTS = DRIVE.filter(({ topic }) => topic === '/pipeline/snapshot')

const stream = async function* (records: readonly TapeRecord[] = DRIVE) {
  yield* records
}

const compare = async (ports: Partial<ReplayPorts> = {}) => {
  const comparison = createComparison()
  const report = await replay({ records: stream(), comparison, ...ports })
  return { report, comparison: comparison.finish() }
}

/** Keeps the questions; answers nothing. */
const listening = (questions: Question[]): Engine => ({
  info: { engine: 'listening', bundleSha256: '' },
  async answer(question): Promise<Answer> {
    questions.push(question)
    return NOTHING_ANSWERED
  },
  async close() {},
})

describe('a replay that starts in the middle', () => {
  it.each(SNAPSHOTS.map((snapshot) => ({ name: `#${snapshot.sequence}`, snapshot })))(
    'makes after snapshot $name what was recorded after it, and nothing before',
    async ({ snapshot }) => {
      const { report, comparison } = await compare({ from: snapshot })
      const after = DRIVE.slice(DRIVE.indexOf(snapshot) + 1)
      expect(comparison).toMatchObject({ same: true, compared: report.outputs })
      expect(report.outputs + report.events).toBe(after.length)
      expect(report.spanNs[0]).toBe(after[0]!.logTimeNs)
    },
  )

  it('holds the images from before the snapshot that a later question names', async () => {
    const early: Question[] = []
    await replay({ records: stream(), recompute: listening(early) })
    for (const from of SNAPSHOTS.slice(0, -1)) {
      const late: Question[] = []
      await replay({ records: stream(), from, recompute: listening(late) })
      expect(late.length).toBeGreaterThan(0)
      expect(late).toEqual(early.slice(-late.length))
    }
  })

  it.each([
    { name: 'before the first one', atNs: START_NS + 1n, index: undefined },
    { name: 'at one', atNs: SNAPSHOTS[2]!.logTimeNs, index: 2 },
    { name: 'just before one', atNs: SNAPSHOTS[2]!.logTimeNs - 1n, index: 1 },
    { name: 'after the end', atNs: START_NS * 2n, index: SNAPSHOTS.length - 1 },
  ])('takes the last snapshot $name', async ({ atNs, index }) => {
    expect(await lastSnapshot(stream(), atNs)).toBe(index === undefined ? undefined : SNAPSHOTS[index])
  })
})

describe('an event that step does not take', () => {
  const config = DRIVE[0]!
  const forged = [
    { ...config, payload: encode(RunConfigSchema, { configJson: '{"rig":1}' }) },
    ...DRIVE.slice(1),
  ] satisfies TapeRecord[]

  it('is a divergence, the last that is looked for', async () => {
    const { comparison } = await compare({ records: stream(forged) })
    expect(comparison).toMatchObject({ same: false, diverged: 1 })
    expect(comparison.first).toMatchObject({ kind: 'refused', topic: '/pipeline/config', sequence: 0 })
    expect(comparison.first?.differences[0]?.recomputed).toMatch(/rig/)
  })

  it('is a coded error where nothing is compared', async () => {
    await expect(replay({ records: stream(forged) })).rejects.toThrow(/TAPE_EVENT_REFUSED/)
  })
})

describe('the pace of a replay', () => {
  it('is asked before each event, and changes nothing', async () => {
    const paced: bigint[] = []
    const { report, comparison } = await compare({
      pace: async ({ logTimeNs }) => {
        paced.push(logTimeNs)
        await new Promise((resolve) => setImmediate(resolve))
      },
    })
    expect(comparison.same).toBe(true)
    expect(paced.length).toBe(report.events)
  })
})
