import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { openTape } from '#log'
import { openDgp, openNuscenes } from '#replay'
import { sharedOrSkip } from '../../test/oracles.ts'
import { type Agent, RIG, truthOf } from './tracking/testing/small-world.ts'
import type { DetectionSource } from './tracking/track-truth.ts'
import { readTruth } from './tracking/truth.ts'
import { evaluateTracking, type TrackingReport } from './tracking.ts'

const AGENTS: readonly Agent[] = [
  { id: 'ahead', category: 'Car', x: 25, y: 0, vx: 5 },
  { id: 'shared', category: 'Car', x: 20, y: 11 },
  { id: 'walker', category: 'Person', x: 12, y: -3, vx: 1 },
]

test.each<DetectionSource>(['ground-truth-3d', 'ground-truth-2d'])(
  'with %s every agent of a small world is followed once, and by one track',
  (source) => {
    const report = evaluateTracking(truthOf(AGENTS, 5), RIG, source)
    expect(report.identity).toEqual({ agents: 3, switches: 0, transfers: 0 })
    expect(report.misses).toEqual({ detected: 15, missed: 0, undetected: 0 })
    expect(report.duplicates).toMatchObject({ duplicates: 0, mixed: 0 })
    expect(report.tracks).toBe(3)
    expect(report.position.all.p95).toBeLessThan(source === 'ground-truth-3d' ? 0.2 : 2)
    expect(report.velocity.relativeAbove2Mps.count).toBe(4)
  },
)

test('an agent in two cameras counts as such in images, and not in space', () => {
  const truth = truthOf(AGENTS, 2)
  expect(evaluateTracking(truth, RIG, 'ground-truth-2d').duplicates.inSeveralCameras).toBe(2)
  expect(evaluateTracking(truth, RIG, 'ground-truth-3d').duplicates.inSeveralCameras).toBe(0)
})

test('a world without images has nothing to track in two dimensions', () => {
  const { egoPoses, frames } = truthOf(AGENTS, 2)
  const blind = { egoPoses, frames: frames.map((frame) => ({ ...frame, imageBoxes: [] })) }
  const report = evaluateTracking(blind, RIG, 'ground-truth-2d')
  expect(report).toMatchObject({ frames: 0, boxes: 0, tracks: 0, position: { all: { count: 0 } } })
})

const onTape = async (
  context: TestContext,
  data: 'dgp-scene-02' | 'nuscenes-one-frame',
  source: DetectionSource,
): Promise<TrackingReport> => {
  const path = sharedOrSkip(context, `data/${data}`)
  const folder = mkdtempSync(join(tmpdir(), 'tracking-'))
  try {
    const drive = data === 'dgp-scene-02' ? await openDgp(path, { frameIntervalS: 0.1 }) : await openNuscenes(path)
    const tapePath = join(folder, 'a.mcap')
    const tape = await openTape(tapePath)
    for await (const record of drive.records) tape.write(record)
    await tape.close()
    return evaluateTracking(await readTruth(tapePath, drive.rig), drive.rig, source)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('real drive, boxes in space: identity holds and velocity is within 15 % above 2 m/s', async (context) => {
  const report = await onTape(context, 'dgp-scene-02', 'ground-truth-3d')
  expect(report).toMatchObject({
    frames: 3,
    boxes: 39,
    tracks: 13,
    identity: { agents: 13, switches: 0, transfers: 0 },
  })
  expect(report.misses).toEqual({ detected: 39, missed: 0, undetected: 0 })
  expect(report.velocity.relativeAbove2Mps).toMatchObject({ count: 12, within15Percent: 1 })
})

test('real drive, boxes in images: identity holds and errors lie in their covariances as often as they should', async (context) => {
  const report = await onTape(context, 'dgp-scene-02', 'ground-truth-2d')
  expect(report).toMatchObject({ frames: 3, boxes: 39, notLifted: [], tracks: 13 })
  expect(report.identity).toEqual({ agents: 13, switches: 0, transfers: 0 })
  for (const { inside95, expectedInside, meanSquaredSigmas } of [
    report.velocity.consistency,
    report.velocity.consistencyAtLast,
    report.position.consistency,
  ]) {
    expect(inside95).toBeGreaterThanOrEqual(expectedInside![0])
    // And not because they claim to know nothing.
    expect(meanSquaredSigmas).toBeGreaterThan(0.25)
  }
})

test('one real frame of a crowd, six cameras: 16 agents in two cameras, each counted once', async (context) => {
  const report = await onTape(context, 'nuscenes-one-frame', 'ground-truth-2d')
  expect(report).toMatchObject({ frames: 1, boxes: 85, notLifted: [], tracks: 69 })
  expect(report.duplicates).toEqual({ inSeveralCameras: 16, duplicates: 0, mixed: 0 })
  expect(report.misses).toEqual({ detected: 69, missed: 0, undetected: 0 })
  const near = report.position.byDistance.filter(({ toM }) => toM <= 50)
  for (const { medianShareOfDistance } of near) expect(medianShareOfDistance ?? 0).toBeLessThan(0.1)
  expect(report.position.consistency.inside95).toBeGreaterThanOrEqual(report.position.consistency.expectedInside![0])
})
