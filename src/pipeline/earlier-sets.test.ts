import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { type FrameSet, FrameSetSchema } from '#messages'
import { planConfig } from '#tasks'
import { earlierThan, remember } from './earlier-sets.ts'

const T0 = 1_700_000_000_000_000_000n
const config = (frames: object) => planConfig.parse({ frames }).frames
/** A set so many ms after T0 with so many of four views. */
const set = (ms: number, views = 4): FrameSet =>
  create(FrameSetSchema, {
    referenceTimeNs: T0 + BigInt(Math.round(ms * 1e6)),
    views: Array.from({ length: views }, (_, index) => ({ view: `v${index}` })),
    missingViews: Array.from({ length: 4 - views }, (_, index) => `v${views + index}`),
  })
const times = (sets: readonly FrameSet[]): number[] =>
  sets.map(({ referenceTimeNs }) => Number(referenceTimeNs - T0) / 1e6)

/** What a question about the last of the sets shows before it, and what is remembered then. */
const atEnd = (frames: object, sets: readonly FrameSet[]) => {
  const known = sets.reduce<readonly FrameSet[]>((before, each) => remember(before, each, config(frames)), [])
  return { shown: times(earlierThan(sets.at(-1)!, known, config(frames))), known: times(known) }
}

describe('the frame sets before a question’s own', () => {
  it.each<[string, object, FrameSet[], number[]]>([
    ['none when one set is asked for', { sets: 1 }, [set(0), set(500), set(1000)], []],
    ['the last of them, oldest first', { sets: 3 }, [set(0), set(500), set(1000), set(1500)], [500, 1000]],
    ['fewer at the beginning', { sets: 8 }, [set(0), set(500)], [0]],
    [
      'at least apartMs from each other, whatever the cameras’ rate',
      { sets: 3, apartMs: 400 },
      [0, 100, 200, 300, 400, 500, 600, 700, 800].map((ms) => set(ms)),
      [0, 400],
    ],
    ['each one when they need not be apart', { sets: 3, apartMs: 0 }, [set(0), set(33), set(67)], [0, 33]],
    ['not one that is much nearer than apartMs', { sets: 2, apartMs: 400 }, [set(0), set(400), set(500)], [0]],
    ['one that is nearly as far as apartMs', { sets: 2, apartMs: 400 }, [set(0), set(400), set(600)], [400]],
    ['not one with less than half of the views', { sets: 3 }, [set(0), set(500, 1), set(1000)], [0]],
    ['one with half of the views', { sets: 3 }, [set(0), set(500, 2), set(1000)], [0, 500]],
    ['the same when the question’s own set has a single view', { sets: 3 }, [set(0), set(500), set(1000, 1)], [0, 500]],
    ['none from before a gap', { sets: 3, gapMs: 1000 }, [set(0), set(500), set(1501)], []],
    ['none from before a gap that ends in a set with one view', { sets: 3, gapMs: 1000 }, [set(0), set(1001, 1)], []],
    ['none from before a clock went back', { sets: 3 }, [set(0), set(500), set(1000), set(600)], []],
    ['those since a clock went back', { sets: 3 }, [set(0), set(5000), set(600), set(1100)], [600]],
  ])('are %s', (_name, frames, sets, shown) => {
    expect(atEnd(frames, sets).shown).toEqual(shown)
  })

  it.each([1, 2, 5, 8])('are remembered to no more than %d, however long the drive', (sets) => {
    const drive = Array.from({ length: 50 }, (_, index) => set(index * 500))
    expect(atEnd({ sets }, drive).known).toHaveLength(sets === 1 ? 0 : sets)
  })
})
