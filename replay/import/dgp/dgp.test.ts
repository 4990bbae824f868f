import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkRig } from '#calibration'
import { OutriderError } from '#errors'
import {
  CompressedImageSchema,
  decode,
  EgoStateSchema,
  GroundTruthImageBoxesSchema,
  GroundTruthSchema,
  nsFromTimestamp,
  type TapeRecord,
} from '#messages'
import { sharedOrSkip } from '../../../test/oracles.ts'
import { openDgp } from './dgp.ts'
import { trueTime } from './dgp-time.ts'
import { BEGIN_S, imageBytes, LAG_MS, OTHER_MPS, SPEED_MPS, writeSyntheticDgp } from './testing/synthetic-dgp.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dgp-'))
  writeSyntheticDgp(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

const CORRECTED = { frameIntervalS: 0.1 }
const collect = async (records: AsyncIterable<TapeRecord>): Promise<TapeRecord[]> => {
  const all: TapeRecord[] = []
  for await (const record of records) all.push(record)
  return all
}
const on = (records: readonly TapeRecord[], topic: string) => records.filter((record) => record.topic === topic)
const refusal = async (promise: Promise<unknown>): Promise<OutriderError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof OutriderError) return error
  throw new Error(`expected a coded error, found ${String(error)}`)
}

test('cameras get their views by where they look, and the rig is one to drive with', async () => {
  const { rig } = await openDgp(folder, CORRECTED)
  expect(rig.cameras.map(({ view }) => view)).toEqual(['front', 'front_left', 'back'])
  expect(checkRig(rig)).toEqual([])
  expect(rig.cameras[0]?.model).toEqual({ kind: 'pinhole', fx: 500, fy: 510, cx: 400, cy: 300 })
})

test('stamps that are ten times too large are divided by ten; images keep their bytes', async () => {
  const records = await collect((await openDgp(folder, CORRECTED)).records)
  const fronts = on(records, '/sensors/camera/front').map(({ payload }) => decode(CompressedImageSchema, payload))
  expect(fronts.map(({ timestamp }) => nsFromTimestamp(timestamp))).toEqual(
    [0, 100_000_000, 200_000_000].map((ns) => BigInt(BEGIN_S) * 1_000_000_000n + BigInt(ns)),
  )
  expect(fronts.map(({ data }) => Buffer.from(data).toString())).toEqual(
    [0, 1, 2].map((frame) => imageBytes('CAMERA_01', frame).toString()),
  )
})

test('that a camera was exposed after its stamp is measured by the places that its images state', async () => {
  const { rig } = await openDgp(folder, CORRECTED)
  for (const { timeOffsetMs } of rig.cameras) expect(timeOffsetMs).toBeCloseTo(LAG_MS, 1)
})

test('every ego state has the speed that the car drives, the last one too', async () => {
  const records = await collect((await openDgp(folder, CORRECTED)).records)
  const states = on(records, '/sensors/ego').map(({ payload }) => decode(EgoStateSchema, payload))
  expect(states.length).toBeGreaterThanOrEqual(6)
  for (const { velocityInEgoMps } of states) expect(velocityInEgoMps?.x).toBeCloseTo(SPEED_MPS, 1)
})

test('agents keep their ids; their velocity is that of their places, absent for one that was seen once', async () => {
  const records = await collect((await openDgp(folder, CORRECTED)).records)
  const truths = on(records, '/ground-truth/agents').map(({ payload }) => decode(GroundTruthSchema, payload))
  expect(truths.map(({ agents }) => agents.map(({ id, category }) => `${category} ${id}`))).toEqual([
    ['Car 77'],
    ['Car 77', 'Person 78'],
    ['Car 77'],
  ])
  for (const { agents } of truths) expect(agents[0]?.velocityInMapMps?.x).toBeCloseTo(OTHER_MPS, 3)
  expect(truths[1]?.agents[1]?.velocityInMapMps).toBeUndefined()
  expect(truths[0]?.agents[0]).toMatchObject({ sizeM: { x: 4.5, y: 1.9, z: 1.6 } })
  expect(truths[0]?.agents[0]?.poseInMap?.position?.x).toBeCloseTo(30 + OTHER_MPS * 0.01, 6)
})

test("an image's boxes come with its stamp, view and size, half a pixel in from what was rounded down", async () => {
  const records = await collect((await openDgp(folder, CORRECTED)).records)
  const boxes = on(records, '/ground-truth/image-boxes').map(({ payload }) =>
    decode(GroundTruthImageBoxesSchema, payload),
  )
  expect(boxes).toHaveLength(9)
  expect(boxes.find(({ view }) => view === 'front')).toMatchObject({
    captureTimeNs: BigInt(BEGIN_S) * 1_000_000_000n,
    width: 800,
    height: 600,
    boxes: [{ agentId: '77', category: 'Car', minX: 400.5, minY: 300.5, maxX: 440.5, maxY: 330.5 }],
  })
})

test('without a frame interval, stamps of the year 2464 are taken for what they are, and it is said', async () => {
  const { records, notes } = await openDgp(folder)
  const [first, second] = on(await collect(records), '/sensors/camera/front')
  expect(first?.publishTimeNs).toBe(BigInt(BEGIN_S) * 1_000_000_000n)
  expect(Number(second!.publishTimeNs - first!.publishTimeNs)).toBe(1e8)
  expect(notes).toEqual(['the stamps of the files are divided by 10'])
})

test('stamps of this century stay as they are', () => {
  const { trueNs, note } = trueTime([1_561_645_824_000_000_000n], undefined)
  expect(trueNs(1_561_645_824_000_000_123n)).toBe(1_561_645_824_000_000_123n)
  expect(note).toBeUndefined()
})

test('an interval that is no power of ten off stretches time about the first frame', () => {
  const { trueNs } = trueTime([1000n, 2000n, 3000n], 5e-7)
  expect([1000n, 2000n, 4000n].map(trueNs)).toEqual([1000n, 1500n, 2500n])
  expect(() => trueTime([1000n], 0.1)).toThrow(/IMPORT_STAMPS/)
})

const edit = (path: string, change: (text: string) => string) =>
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), 'utf8')))

test.each<[string, string, () => void]>([
  ['no scene file', 'IMPORT_DATASET_MISSING', () => rmSync(join(folder, 'scene_abc.json'))],
  ['two scenes', 'IMPORT_SCENE_UNKNOWN', () => writeFileSync(join(folder, 'scene_def.json'), '{}')],
  ['a missing calibration', 'IMPORT_FILE_MISSING', () => rmSync(join(folder, 'calibration/rig.json'))],
  ['a missing image', 'IMPORT_FILE_MISSING', () => rmSync(join(folder, 'rgb/CAMERA_01/1.jpg'))],
  ['a scene cut short', 'IMPORT_TABLE_INVALID', () => edit('scene_abc.json', (text) => text.slice(0, -20))],
  [
    'a sample without a stamp',
    'IMPORT_TABLE_INVALID',
    () => edit('scene_abc.json', (text) => text.replace('"timestamp"', '"time"')),
  ],
  [
    'a lens that bends',
    'IMPORT_LENS_UNKNOWN',
    () => edit('calibration/rig.json', (text) => text.replaceAll('"skew":0', '"skew":0,"k1":-0.2')),
  ],
])('%s is refused with %s', async (_what, code, spoil) => {
  spoil()
  expect((await refusal(openDgp(folder, CORRECTED))).code).toBe(code)
})

test('the real scene: six cameras, 13 agents in three frames, the car at 12.7 m/s', async (context) => {
  const { rig, records } = await openDgp(sharedOrSkip(context, 'data/dgp-scene-02'), CORRECTED)
  expect(checkRig(rig)).toEqual([])
  expect(rig.cameras.map(({ view }) => view)).toEqual([
    'front',
    'front_left',
    'front_right',
    'back',
    'back_left',
    'back_right',
  ])
  const all = await collect(records)
  const truths = on(all, '/ground-truth/agents').map(({ payload }) => decode(GroundTruthSchema, payload))
  expect(truths.map(({ agents }) => agents.length)).toEqual([13, 13, 13])
  for (const { payload } of on(all, '/sensors/ego')) {
    expect(decode(EgoStateSchema, payload).velocityInEgoMps?.x).toBeCloseTo(12.7, 0)
  }
})
