import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encode, ModelState_State, ModelStateSchema, type TapeRecord } from '#messages'
import { DRIVE_START_NS, recordsOfEveryTopic, writeTape } from '../../../test/tape-with-every-topic.ts'
import { inspectTape } from '../index.ts'
import { folderForTest } from '../testing/small-tape.ts'
import { quantilesOf } from './quantiles.ts'

const SECONDS = 4
const inspect = async (change: (records: TapeRecord[]) => TapeRecord[] = (records) => records) => {
  const path = join(folderForTest(), 'drive.mcap')
  await writeTape(path, change(await recordsOfEveryTopic(SECONDS)))
  return inspectTape(path)
}
const topicOf = (inspection: Awaited<ReturnType<typeof inspect>>, name: string) =>
  inspection.topics.find(({ topic }) => topic === name)
/** A drive that lost what `gone` names between two instants; ms from its start. */
const without = (gone: (topic: string) => boolean, fromMs: number, toMs: number) => (records: TapeRecord[]) =>
  records.filter(({ topic, logTimeNs }) => {
    const ms = Number(logTimeNs - DRIVE_START_NS) / 1e6
    return !(gone(topic) && ms >= fromMs && ms < toMs)
  })

describe('the inspection of a drive', () => {
  it('counts requests, answers, plans and refusals, and times them', async () => {
    const { planning } = await inspect()
    // Two sets a second; every fourth answer ran out of tokens.
    expect(planning).toMatchObject({
      requests: 8,
      plans: 6,
      refusals: 2,
      answers: { stop: 6, length: 2, cut: 0, failed: 0 },
    })
    expect(planning.answerMs?.p50).toBeCloseTo(300, 0)
    expect(planning.firstPartMs?.p50).toBeCloseTo(100, 0)
    // A plan's set is captured 300 ms before it, and the verdict comes 35 ms after it.
    expect(planning.captureToVerdictMs?.p50).toBeCloseTo(335, 0)
    expect(planning.verdicts.plan + planning.verdicts.minimalRiskStop).toBe(SECONDS * 20)
    expect(planning.findings).toEqual({ 'plan-age': planning.verdicts.minimalRiskStop })
  })

  it('gives rates, gaps and ages of topics', async () => {
    const inspection = await inspect()
    expect(topicOf(inspection, '/sensors/ego')).toMatchObject({ producer: 'outside', messages: 80, expectedHz: 20 })
    expect(topicOf(inspection, '/sensors/ego')?.rateHz).toBeCloseTo(20, 1)
    expect(topicOf(inspection, '/sensors/camera/front')?.ageMs?.p50).toBeCloseTo(5, 1)
    expect(topicOf(inspection, '/planners/verdict')?.ageMs).toBeUndefined()
    expect(inspection).toMatchObject({ durationS: SECONDS, startNs: DRIVE_START_NS, undecodable: {} })
  })

  it('gives the skew of the cameras, the stages, the faults and what the run was made from', async () => {
    const { cameras, stages, faults, run, file } = await inspect()
    expect(cameras).toMatchObject({
      frameSets: 8,
      closedBy: { complete: 8 },
      spreadMs: { p50: 12, max: 12 },
      missingViews: {},
    })
    expect(stages.map(({ stage, count }) => [stage, count])).toEqual([['planners', 80]])
    // Eighty messages, of which the last says eighty times.
    expect(faults[0]).toMatchObject({
      source: 'fusion',
      code: 'frame-late',
      messages: 80,
      times: 80,
      severity: 'warning',
    })
    expect(run).toMatchObject({
      ended: true,
      versions: { outrider: '0.1.0' },
      model: { engine: 'scripted', starts: 1, exits: 0 },
    })
    expect(file).toMatchObject({ complete: true, chunks: 4, library: expect.stringMatching(/^outrider /) })
  })

  it.each([
    {
      name: 'a gap in a camera',
      change: without((topic) => topic === '/sensors/camera/back', 1000, 2000),
      says: /^\/sensors\/camera\/back: 1\.1\d\d s without a message, 13\.\d periods of 12 Hz$/,
    },
    {
      name: 'a camera that stops before the end',
      change: without((topic) => topic === '/sensors/camera/back', 2500, 9000),
      says: /^\/sensors\/camera\/back: 1\.5\d\d s without/,
    },
    {
      name: 'a slow camera',
      change: without(() => false, 0, 0),
      says: /^\/sensors\/camera\/front: 10\.\d\d Hz where 12 Hz/,
    },
    {
      name: 'a drive without an end',
      change: without((topic) => topic === '/pipeline/end', 0, 9000),
      says: /end is missing/,
    },
    {
      name: 'answers of which no plan came',
      change: without(() => false, 0, 0),
      says: /^2 of 8 finished answers could not be used$/,
    },
    { name: 'stops', change: without(() => false, 0, 0), says: /verdicts are minimal-risk stops$/ },
    {
      name: 'an old camera frame',
      change: (all: TapeRecord[]) =>
        all.map((one) =>
          one.topic === '/sensors/camera/front' && one.sequence === 5
            ? { ...one, publishTimeNs: one.logTimeNs - 400_000_000n }
            : one,
        ),
      says: /front: up to 400 ms old/,
    },
    {
      name: 'a payload that is no protobuf',
      change: (all: TapeRecord[]) =>
        all.map((one) =>
          one.topic === '/planners/verdict' && one.sequence === 5 ? { ...one, payload: Uint8Array.of(255) } : one,
        ),
      says: /^\/planners\/verdict: 1 messages are no protobuf/,
    },
    {
      name: 'a model that was started again',
      change: (all: TapeRecord[]) =>
        all.map((one) =>
          one.topic === '/model/state' && one.sequence === 1
            ? { ...one, payload: encode(ModelStateSchema, { state: ModelState_State.READY, starts: 3 }) }
            : one,
        ),
      says: /started 3 times/,
    },
  ])('points out $name', async ({ change, says }) => {
    const { suspicions } = await inspect(change)
    expect(suspicions.filter((suspicion) => says.test(suspicion))).toHaveLength(1)
  })

  it('takes what can be read of a file that was never closed, and says what is lost', async () => {
    const path = join(folderForTest(), 'cut.mcap')
    await writeTape(path, await recordsOfEveryTopic(SECONDS))
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, bytes.byteLength / 2))
    const { file, messages, suspicions } = await inspectTape(path)
    expect(file.complete).toBe(false)
    expect(messages).toBeGreaterThan(100)
    expect(suspicions[0]).toContain('never closed')
  })
})

describe('quantiles', () => {
  it.each([
    { values: [], expected: undefined },
    { values: [7], expected: { count: 1, p50: 7, p95: 7, p99: 7, max: 7 } },
    { values: [3, 1, 2], expected: { count: 3, p50: 2, p95: 3, p99: 3, max: 3 } },
    {
      values: Array.from({ length: 200 }, (_, n) => 200 - n),
      expected: { count: 200, p50: 100, p95: 190, p99: 198, max: 200 },
    },
  ])('are values that occurred, by nearest rank', ({ values, expected }) => {
    expect(quantilesOf(values)).toEqual(expected)
  })
})
