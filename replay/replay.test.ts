import type { MessageInitShape } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { OutriderError } from '#errors'
import {
  decode,
  encode,
  type ModelAnswer,
  ModelAnswer_Finish,
  ModelAnswerSchema,
  RunConfigSchema,
  type TapeRecord,
} from '#messages'
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

type Heard = Exclude<MessageInitShape<typeof ModelAnswerSchema>, ModelAnswer>

describe('a replay that asks the model again', () => {
  const { STOP, FAILED, CUT } = ModelAnswer_Finish
  /** The drive with other ends of its answers. */
  const answering = (change: (answer: ModelAnswer) => Heard) =>
    DRIVE.map((record) =>
      record.topic === '/model/answer'
        ? { ...record, payload: encode(ModelAnswerSchema, change(decode(ModelAnswerSchema, record.payload))) }
        : record,
    )
  const engine = (answer: () => Partial<Answer>): Engine => ({
    info: { engine: 'scripted', bundleSha256: '' },
    answer: async () => ({ ...NOTHING_ANSWERED, finish: 'stop', ...answer() }),
    async close() {},
  })
  const failing = engine(() => {
    throw new OutriderError({ code: 'IMAGE_UNREADABLE', expected: 'an image', found: 'none' })
  })
  const saying = (...tokenIds: number[]) => engine(() => ({ tokenIds }))

  it.each<[string, Engine, Heard, object[]]>([
    ['the same tokens', saying(5, 6), { tokenIds: [5, 6], finish: STOP }, []],
    ['another token', saying(5, 7), { tokenIds: [5, 6], finish: STOP }, [{ token: 1, recorded: 6, recomputed: 7 }]],
    ['a token less', saying(5), { tokenIds: [5, 6], finish: STOP }, [{ token: 1, recorded: 6, recomputed: undefined }]],
    ['more than was heard before the cut', saying(5, 6, 7), { tokenIds: [5, 6], finish: CUT }, []],
    ['the same failure', failing, { tokenIds: [], finish: FAILED, errorCode: 'IMAGE_UNREADABLE' }, []],
    ['a failure after a cut that came first', failing, { tokenIds: [], finish: CUT }, []],
    ['an answer where the process had died', saying(5), { tokenIds: [], finish: FAILED, errorCode: 'X' }, []],
    [
      'a failure where there was an answer',
      failing,
      { tokenIds: [5], finish: STOP },
      [{ token: 0, recorded: 5, failure: 'IMAGE_UNREADABLE' }],
    ],
  ])('hears %s', async (_, recompute, recorded, differences) => {
    const records = answering(({ requestId }) => ({ ...recorded, requestId }))
    const report = await replay({ records: stream(records), recompute })
    expect(report.recompute?.answers).toBeGreaterThan(3)
    expect(report.recompute?.differences.slice(0, 1)).toMatchObject(differences)
    expect(report.recompute?.differences.length).toBe(differences.length && report.recompute?.answers)
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
