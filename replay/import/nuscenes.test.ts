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
  findTopic,
  GroundTruthSchema,
  nsFromTimestamp,
  RouteCommand_Command,
  RouteCommandSchema,
  type TapeRecord,
} from '#messages'
import { sharedOrSkip } from '../../test/oracles.ts'
import { openNuscenes } from './nuscenes.ts'
import { imageBytes, SAMPLES, SPEED_MPS, writeSyntheticNuscenes, YAW_RATE_RADPS } from './synthetic-nuscenes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nuscenes-'))
  writeSyntheticNuscenes(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

const collect = async (records: AsyncIterable<TapeRecord>): Promise<TapeRecord[]> => {
  const all: TapeRecord[] = []
  for await (const record of records) all.push(record)
  return all
}
const refusal = async (promise: Promise<unknown>): Promise<OutriderError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof OutriderError) return error
  throw new Error(`expected a coded error, found ${String(error)}`)
}
const editTable = (name: string, edit: (text: string) => string) => {
  const path = join(folder, `v1.0-mini/${name}.json`)
  writeFileSync(path, edit(readFileSync(path, 'utf8')))
}

test('a scene becomes records in order of time, unique, numbered per topic, all of topics that are ours', async () => {
  const { records, recordCount } = await openNuscenes(folder, { scene: 'scene-0002' })
  const all = await collect(records)
  expect(all).toHaveLength(recordCount)
  const next = new Map<string, number>()
  all.forEach(({ topic, logTimeNs, publishTimeNs, sequence }, index) => {
    expect(findTopic(topic), topic).toBeDefined()
    expect(logTimeNs > (all[index - 1]?.logTimeNs ?? -1n)).toBe(true)
    expect(logTimeNs - publishTimeNs).toBeLessThan(100n)
    expect(sequence).toBe(next.get(topic) ?? 0)
    next.set(topic, sequence + 1)
  })
  expect(next.get('/sensors/camera/front')).toBe(2 * SAMPLES)
  expect(next.get('/sensors/ego')).toBe(2 * SAMPLES)
  expect(next.get('/ground-truth/agents')).toBe(SAMPLES)
})

test('images keep their bytes and their stamps, key frames and sweeps alike', async () => {
  const { records } = await openNuscenes(folder, { scene: 'scene-0001' })
  const images = (await collect(records)).filter(({ topic }) => topic === '/sensors/camera/front')
  images.forEach(({ payload, publishTimeNs }, index) => {
    const image = decode(CompressedImageSchema, payload)
    expect(Buffer.from(image.data)).toEqual(imageBytes('scene-0001', index))
    expect(image).toMatchObject({ format: 'jpeg', frameId: 'camera/front' })
    expect(nsFromTimestamp(image.timestamp)).toBe(publishTimeNs)
  })
  const keyFrames = await openNuscenes(folder, { scene: 'scene-0001', keyFramesOnly: true })
  expect((await collect(keyFrames.records)).filter(({ topic }) => topic === '/sensors/camera/front')).toHaveLength(
    SAMPLES,
  )
})

test('poses a quarter of a second apart are no neighbours: velocity and yaw rate are absent, not 0', async () => {
  const { records } = await openNuscenes(folder, { scene: 'scene-0001' })
  for (const { topic, payload } of await collect(records)) {
    if (topic !== '/sensors/ego') continue
    const state = decode(EgoStateSchema, payload)
    expect(state.poseInMap?.position).toBeDefined()
    expect(state.velocityInEgoMps).toBeUndefined()
    expect(state.yawRateRadps).toBeUndefined()
  }
})

test('a turn that the car takes later is announced with its distance, then there is only the road ahead, then nothing', async () => {
  const { records } = await openNuscenes(folder, { scene: 'scene-0001' })
  const commands = (await collect(records))
    .filter(({ topic }) => topic === '/sensors/route')
    .map(({ payload }) => decode(RouteCommandSchema, payload))
  expect(commands[0]?.command).toBe(RouteCommand_Command.LEFT)
  // The turn begins after 40 m.
  expect(commands[0]?.distanceM).toBeGreaterThan(38)
  expect(commands[0]?.distanceM).toBeLessThan(44)
  expect(commands[3]!.distanceM!).toBeCloseTo(commands[0]!.distanceM! - 3 * SPEED_MPS, 0)
  expect(commands.length).toBeLessThan(8)
  expect(YAW_RATE_RADPS).toBeGreaterThan(0)
})

test('velocities of annotations are those between neighbours, and absent for what was seen once', async () => {
  const { records } = await openNuscenes(folder, { scene: 'scene-0001' })
  const [first] = (await collect(records)).filter(({ topic }) => topic === '/ground-truth/agents')
  const { agents } = decode(GroundTruthSchema, first!.payload)
  const velocities = Object.fromEntries(agents.map(({ id, velocityInMapMps }) => [id, velocityInMapMps]))
  expect(velocities['scene-0001/instance/parked']).toMatchObject({ x: 0, y: 0, z: 0 })
  expect(velocities['scene-0001/instance/moving']).toMatchObject({ x: 10, y: 0, z: 0 })
  expect(velocities['scene-0001/instance/once']).toBeUndefined()
  expect(agents[0]).toMatchObject({ category: 'vehicle.car', sizeM: { x: 4.2, y: 1.8, z: 1.5 } })
})

test('the rig is that of the scene, and gives nothing to complain about', async () => {
  const { rig } = await openNuscenes(folder, { scene: 'scene-0001' })
  expect(rig).toMatchObject({
    name: 'nuscenes scene-0001',
    cameras: [{ view: 'front', width: 1600, height: 900, model: { kind: 'pinhole', fx: 1260, cx: 800, cy: 450 } }],
    vehicle: { wheelbaseM: 2.588 },
  })
  expect(checkRig(rig)).toEqual([])
})

test.each<[string, () => void, { scene?: string; version?: string }, string, RegExp]>([
  ['a scene that is not there', () => {}, { scene: 'scene-0009' }, 'IMPORT_SCENE_UNKNOWN', /scene-0001, scene-0002/],
  ['no scene where there are two', () => {}, {}, 'IMPORT_SCENE_UNKNOWN', /none named/],
  ['tables of another version', () => {}, { version: 'v1.0-test' }, 'IMPORT_VERSION_UNKNOWN', /v1\.0-mini/],
  [
    'a table that is missing',
    () => rmSync(join(folder, 'v1.0-mini/ego_pose.json')),
    { scene: 'scene-0001' },
    'IMPORT_TABLE_MISSING',
    /ego_pose\.json/,
  ],
  [
    'a folder without tables',
    () => rmSync(join(folder, 'v1.0-mini'), { recursive: true }),
    {},
    'IMPORT_DATASET_MISSING',
    /v1\.0-/,
  ],
  [
    'a table that was cut off',
    () => editTable('sample', (text) => text.slice(0, text.length / 2)),
    { scene: 'scene-0001' },
    'IMPORT_TABLE_INVALID',
    /sample\.json.*row/,
  ],
  [
    'a column of another kind',
    () => editTable('ego_pose', (text) => text.replace('"translation": [', '"translation": ["a", ')),
    { scene: 'scene-0001' },
    'IMPORT_TABLE_INVALID',
    /ego_pose\.json.*row 0: translation/,
  ],
  [
    'a token that stands for nothing',
    () => editTable('category', () => '[]'),
    { scene: 'scene-0001' },
    'IMPORT_TABLE_INVALID',
    /category\.json/,
  ],
  [
    'a sweep that was not fetched',
    () => rmSync(join(folder, 'sweeps'), { recursive: true }),
    { scene: 'scene-0001' },
    'IMPORT_FILE_MISSING',
    /sweeps.*--key-frames/,
  ],
  [
    'cameras of other names',
    () => editTable('sensor', (text) => text.replace('CAM_FRONT', 'CAM_ROOF')),
    { scene: 'scene-0001' },
    'IMPORT_TABLE_INVALID',
    /CAM_FRONT/,
  ],
])('%s is refused with a code', async (_, spoil, choice, code, words) => {
  spoil()
  const error = await refusal(openNuscenes(folder, choice))
  expect(error.code).toBe(code)
  expect(error.message).toMatch(words)
})

test('the real frame has six cameras, 69 annotations without velocity, and a car at 9.2 m/s', async (context) => {
  const dataset = sharedOrSkip(context, 'data/nuscenes-one-frame')
  const { records, rig, name } = await openNuscenes(dataset)
  expect(name).toBe('scene-0061')
  expect(checkRig(rig)).toEqual([])
  const all = await collect(records)
  const views = rig.cameras.map(({ view }) => view)
  expect(views).toEqual(['front', 'front_left', 'front_right', 'back', 'back_left', 'back_right'])
  for (const view of views) expect(all.filter(({ topic }) => topic === `/sensors/camera/${view}`)).toHaveLength(1)
  const truth = decode(GroundTruthSchema, all.find(({ topic }) => topic === '/ground-truth/agents')!.payload)
  expect(truth.agents).toHaveLength(69)
  expect(truth.agents.every(({ velocityInMapMps }) => velocityInMapMps === undefined)).toBe(true)
  const states = all
    .filter(({ topic }) => topic === '/sensors/ego')
    .map(({ payload }) => decode(EgoStateSchema, payload))
  expect(states).toHaveLength(7)
  for (const { velocityInEgoMps } of states) {
    expect(velocityInEgoMps?.x).toBeCloseTo(9.246, 2)
    expect(Math.abs(velocityInEgoMps!.y)).toBeLessThan(0.1)
  }
  expect(all.some(({ topic }) => topic === '/sensors/route')).toBe(false)
})
