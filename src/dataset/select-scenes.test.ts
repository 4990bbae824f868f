import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { FrameSetSchema, GroundTruthSceneSchema } from '#messages'
import type { DrivingScene } from './scene.ts'
import { selectScenes } from './select-scenes.ts'

const PERIOD_NS = 250_000_000n

/** At 10 m/s, four times a second; the expert ends its plan so far from going straight on; m. */
const sceneAt = (index: number, aside: number): DrivingScene => ({
  tape: 'a test',
  id: `road-1-t${index / 4}s`,
  frameSet: create(FrameSetSchema, {
    referenceTimeNs: BigInt(index) * PERIOD_NS,
    egoHistory: [{ timeS: 0, speedMps: 10 }],
  }),
  route: undefined,
  imageOf: () => {
    throw new Error('no images')
  },
  rig: undefined as never,
  mapFromEgo: { xM: 0, yM: 0, headingRad: 0 },
  truth: create(GroundTruthSceneSchema, {
    expert: {
      steps: Array.from({ length: 8 }, (_, step) => ({
        timeS: (step + 1) / 2,
        poseInEgo: { xM: (step + 1) * 5, yM: aside, headingRad: 0 },
      })),
    },
  }),
  agents: undefined as never,
  imageBoxes: [],
  map: undefined,
})

async function* drive(scenes: readonly DrivingScene[]): AsyncGenerator<DrivingScene> {
  yield* scenes
}
const selected = async (scenes: readonly DrivingScene[], everyS: number, easyShare: number): Promise<string[]> => {
  const ids: string[] = []
  for await (const { id } of selectScenes(drive(scenes), { everyS, easyShare })) ids.push(id)
  return ids
}
const many = (count: number, aside: number) => Array.from({ length: count }, (_, index) => sceneAt(index, aside))

describe('the scenes that are kept', () => {
  it('are apart as they were asked to be', async () => {
    expect(await selected(many(9, 2), 1, 1)).toEqual(['road-1-t0s', 'road-1-t1s', 'road-1-t2s'])
    expect(await selected(many(9, 2), 0.25, 1)).toHaveLength(9)
  })

  it('are all of the hard ones, and of the easy ones about the share', async () => {
    expect(await selected(many(400, 1.6), 0.25, 0)).toHaveLength(400)
    expect(await selected(many(400, 1.4), 0.25, 0)).toHaveLength(0)
    const share = (await selected(many(400, 1.4), 0.25, 0.35)).length / 400
    // Three standard errors of a share of 0.35 in 400.
    expect(Math.abs(share - 0.35)).toBeLessThan(0.072)
  })

  it('are the same ones each time, and stay when the share grows', async () => {
    const [once, again, more] = await Promise.all([0.35, 0.35, 0.6].map((share) => selected(many(200, 1), 0.25, share)))
    expect(again).toEqual(once)
    expect(more).toEqual(expect.arrayContaining(once!))
  })
})
