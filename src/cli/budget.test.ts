import { create } from '@bufbuild/protobuf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FrameSetSchema } from '#messages'
import { GREEDY, openOnnxEngine, type Part } from '#model'
import { buildPlanRequest } from '#tasks'
import { ROOT } from '../../test/oracles.ts'
import { makeNanoBundle, type NanoBundle } from '../model/testing/nano-bundle.ts'
import { driveBudget } from './budget.ts'
import { readCarConfig } from './car-config.ts'
import { readRig } from './read-rig.ts'

const RIG = `${ROOT}examples/town/town.rig.yaml`
const rig = readRig(RIG)
/** 56x28 for a view of 16:9: two tokens. */
const SMALL = 56 * 56

let nano: NanoBundle
beforeAll(async () => {
  nano = await makeNanoBundle()
})
afterAll(() => nano.remove())

const car = (settings: Readonly<Record<string, unknown>>) =>
  readCarConfig(undefined, { rig: RIG, bundle: nano.bundle, sensors: 'ipc://car.sock', ...settings })
const showing = (sets: number, as: 'images' | 'video', more: object = {}) =>
  car({ plan: { maxPixelsPerView: SMALL, frames: { sets, as } }, ...more })

describe('the budget of a drive', () => {
  it.each([
    [1, 'images', 6 * 2],
    [4, 'images', 24 * 2],
    [1, 'video', 6 * 2],
    [4, 'video', 12 * 2],
    [5, 'video', 18 * 2],
  ] as const)('counts %d frame sets as %s', async (sets, as, tokens) => {
    const { images, featureBytes } = await driveBudget(showing(sets, as), rig)
    expect(images.reduce((sum, image) => sum + image.tokens, 0)).toBe(tokens)
    expect(featureBytes).toBe(tokens * 192 * 4)
  })

  it.each([
    [1, 'images'],
    [8, 'images'],
    [8, 'video'],
  ] as const)(
    'is never less than what a question about %d sets as %s costs, with a view missing in most',
    async (sets, as) => {
      const config = showing(sets, as)
      const frameSets = Array.from({ length: sets }, (_, index) =>
        create(FrameSetSchema, {
          referenceTimeNs: 1_700_000_000_000_000_000n + BigInt(index) * 700_000_000n,
          views: rig.cameras
            .slice(0, index === sets - 1 ? 6 : 3 + (index % 3))
            .map(({ view }) => ({ view, image: { topic: view } })),
          missingViews: rig.cameras.slice(index === sets - 1 ? 6 : 3 + (index % 3)).map(({ view }) => view),
        }),
      )
      const request = buildPlanRequest({
        requestId: 1n,
        frameSet: frameSets.at(-1)!,
        earlier: frameSets.slice(0, -1),
        config: config.plan,
      })
      const { width, height } = rig.cameras[0]!
      const picture = {
        kind: 'raw' as const,
        width,
        height,
        step: width * 3,
        encoding: 'rgb8',
        data: new Uint8Array(width * height * 3),
      }
      const parts = request.messages[1]!.parts.map(({ part }): Part => {
        if (part.case === 'text') return { type: 'text', text: part.value }
        if (part.case === 'image') return { type: 'image', image: picture }
        return { type: 'video', frames: part.value!.frames.map(() => picture), fps: 2 }
      })
      const engine = await openOnnxEngine({ bundle: nano.bundle, threads: 1 })
      try {
        const question = {
          messages: [{ role: 'user' as const, content: parts }],
          maxNewTokens: 1,
          maxPixels: SMALL,
          sampling: GREEDY,
        }
        const { promptTokenIds } = await engine.answer(question, () => {})
        expect(promptTokenIds.length).toBeLessThanOrEqual((await driveBudget(config, rig)).promptTokens)
      } finally {
        await engine.close()
      }
    },
  )

  it('refuses frame sets that do not fit the context', async () => {
    const config = car({ plan: { frames: { sets: 8, as: 'images' } } })
    await expect(driveBudget(config, rig)).rejects.toMatchObject({ code: 'MODEL_CONTEXT_EXCEEDED' })
  })

  it.each([
    ['one question about one set needs no cache', 1, 'images', ['plan'], 0, true],
    ['a second question wants the features of the first', 1, 'images', ['plan', 'perception'], 12 * 192 * 4 - 1, false],
    ['and finds them', 1, 'images', ['plan', 'perception'], 12 * 192 * 4, true],
    ['the next set wants those of the sets before', 3, 'images', ['plan'], 36 * 192 * 4 - 1, false],
    ['pairs of frames are kept in both alignments', 4, 'video', ['plan'], 48 * 192 * 4 - 1, false],
    ['which is enough', 4, 'video', ['plan'], 48 * 192 * 4, true],
  ] as const)('%s', async (_name, sets, as, questions, featureCacheBytes, enough) => {
    const config = showing(sets, as, { pipeline: { questions }, model: { featureCacheBytes } })
    if (enough) await driveBudget(config, rig)
    else await expect(driveBudget(config, rig)).rejects.toMatchObject({ code: 'FEATURE_CACHE_SMALL' })
  })
})
