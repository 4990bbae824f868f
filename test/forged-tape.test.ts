// A forger has all of our tools: CRCs, indexes and hash chain are valid again. Only running the drive again finds it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTape, readTape, verifyTape } from '#log'
import {
  CompressedImageSchema,
  decode,
  EgoStateSchema,
  encode,
  PlanSchema,
  RunConfigSchema,
  type TapeRecord,
} from '#messages'
import { createComparison, replay } from '#replay'
import { driveTwoSeconds } from '../src/pipeline/testing/drive-events.ts'

const writeTape = async (path: string, records: readonly TapeRecord[]): Promise<void> => {
  const tape = await openTape(path)
  for (const record of records) tape.write(record)
  await tape.close()
}

/** Events and outputs of a small drive, in the order of a tape. */
const record = (): TapeRecord[] => {
  const { events, outputs } = driveTwoSeconds()
  return events.flatMap((event) => {
    const { topic, logTimeNs, publishTimeNs, sequence, payload } = event
    const made = outputs.filter((output) => output.eventTimeNs === event.logTimeNs)
    return [{ topic, logTimeNs, publishTimeNs, sequence, payload }, ...made.map((output) => ({ ...output, logTimeNs }))]
  })
}

const nth = (records: readonly TapeRecord[], topic: string, n: number): number => {
  const at = records.map((entry, index) => ({ entry, index })).filter(({ entry }) => entry.topic === topic)[n]?.index
  if (at === undefined) throw new Error(`no message ${n} on ${topic}`)
  return at
}

const edit = (records: readonly TapeRecord[], at: number, change: (payload: Uint8Array) => Uint8Array): TapeRecord[] =>
  records.map((entry, index) => (index === at ? { ...entry, payload: change(entry.payload) } : entry))

interface Forgery {
  readonly name: string
  readonly forge: (records: readonly TapeRecord[]) => TapeRecord[]
  /** Topic of the first message that cannot be what the tape says. */
  readonly first: string
  readonly field?: RegExp
}

const FORGERIES: readonly Forgery[] = [
  {
    name: 'one speed',
    forge: (records) =>
      edit(records, nth(records, '/sensors/ego', 12), (payload) => {
        const state = decode(EgoStateSchema, payload)
        state.velocityInEgoMps!.x = 5.1
        return encode(EgoStateSchema, state)
      }),
    first: '/planners/verdict',
    field: /events_sha256|speed/,
  },
  {
    name: 'one byte of an image',
    forge: (records) =>
      edit(records, nth(records, '/sensors/camera/front', 3), (payload) => {
        const image = decode(CompressedImageSchema, payload)
        const data = image.data.slice()
        data[4]! ^= 1
        return encode(CompressedImageSchema, { ...image, data })
      }),
    first: '/fusion/frame-set',
    field: /payload_sha256/,
  },
  {
    name: 'one digit of the calibration',
    forge: (records) =>
      edit(records, 0, (payload) => {
        const config = decode(RunConfigSchema, payload)
        return encode(RunConfigSchema, { ...config, configJson: config.configJson.replace('"fx":400', '"fx":401') })
      }),
    first: '/calibration/front',
    field: /K\[0\]|P\[0\]/,
  },
  {
    name: 'the order of two events',
    forge: (records) => {
      const at = nth(records, '/sensors/ego', 14)
      const [ego, frame] = [records[at]!, records[at + 1]!]
      const stamped = (entry: TapeRecord, like: TapeRecord) => ({ ...entry, logTimeNs: like.logTimeNs })
      return [...records.slice(0, at), stamped(frame, ego), stamped(ego, frame), ...records.slice(at + 2)]
    },
    // The frame set names the frame by its event's stamp.
    first: '/fusion/frame-set',
  },
  {
    name: 'the place of two events, each with its stamp',
    forge: (records) => {
      const at = nth(records, '/sensors/ego', 14)
      return [...records.slice(0, at), records[at + 1]!, records[at]!, ...records.slice(at + 2)]
    },
    // To step it is a clock that jumped back, which closes what was waiting.
    first: '/fusion/frame-set',
  },
  {
    name: 'a plan that the model did not make',
    forge: (records) =>
      edit(records, nth(records, '/tasks/plan', 2), (payload) => {
        const plan = decode(PlanSchema, payload)
        plan.steps[3]!.poseInEgo!.yM = 1.5
        return encode(PlanSchema, plan)
      }),
    first: '/tasks/plan',
    field: /steps\[3\].*y_m/,
  },
  {
    name: 'a verdict taken away',
    forge: (records) => records.filter((_, index) => index !== nth(records, '/planners/verdict', 7)),
    first: '/planners/verdict',
  },
]

describe('a tape whose every CRC and whose chain are valid', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-forged-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const check = async (records: readonly TapeRecord[]) => {
    const path = join(folder, 'tape.mcap')
    await writeTape(path, records)
    expect((await verifyTape(path)).damaged).toEqual([])
    const comparison = createComparison()
    await replay({ records: readTape(path), comparison })
    return comparison.finish()
  }

  it('is the same when nothing was changed', async () => {
    const report = await check(record())
    expect(report.same).toBe(true)
    expect(report.compared).toBeGreaterThan(100)
  })

  it.each(FORGERIES)('diverges when $name was changed, and says where first', async ({ forge, first, field }) => {
    const report = await check(forge(record()))
    expect(report.same).toBe(false)
    expect(report.first?.topic).toBe(first)
    if (field) expect(report.first?.differences.map((difference) => difference.field).join(' ')).toMatch(field)
  })
})
