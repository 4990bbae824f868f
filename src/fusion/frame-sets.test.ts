import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameSet_ClosedBy, VIEWS } from '#messages'
import { fusionConfig } from './config.ts'
import type { Frame } from './frame.ts'
import { admitFrame, closeDue, type FusionState, type FusionStep, initialFusionState } from './fusion.ts'

const config = fusionConfig.parse({})
const MS = 1_000_000n
const T0 = 1_700_000_000_000_000_000n
const at = (ms: number): bigint => T0 + BigInt(Math.round(ms * 1e6))

const frame = (view: string, captureMs: number, arrivalMs = captureMs + 5): Frame => ({
  view,
  image: { topic: `/sensors/camera/${view}`, eventTimeNs: at(arrivalMs), payloadSha256: new Uint8Array(32) },
  captureTimeNs: at(captureMs),
  eventTimeNs: at(arrivalMs),
})

type Action = Frame | { readonly tickMs: number }

/** Runs frames and ticks in the order given. */
const runAll = (
  actions: readonly Action[],
  views: readonly string[] = VIEWS,
  from: FusionState = initialFusionState,
) => {
  let state = from
  const closed: FusionStep['closed'][number][] = []
  const faults: FusionStep['faults'][number][] = []
  for (const action of actions) {
    const step =
      'view' in action ? admitFrame(state, action, views, config) : closeDue(state, at(action.tickMs), views, config)
    state = step.state
    closed.push(...step.closed)
    faults.push(...step.faults)
  }
  return { state, closed, faults, codes: faults.map(({ code }) => code) }
}

const contents = (set: FusionStep['closed'][number]) =>
  Object.fromEntries(set.views.map(({ view, captureTimeNs }) => [view, Number(captureTimeNs - T0) / 1e6]))

describe('a frame set', () => {
  it('closes as soon as every camera of the rig is in it', () => {
    const { closed, faults, state } = runAll(VIEWS.map((view, index) => frame(view, index * 4)))
    expect(faults).toEqual([])
    expect(closed).toHaveLength(1)
    expect(closed[0]).toMatchObject({
      number: 1n,
      referenceTimeNs: at(20),
      spreadNs: 20n * MS,
      closedBy: FrameSet_ClosedBy.COMPLETE,
      missingViews: [],
    })
    expect(state.sets.pending).toEqual([])
  })

  it('lists its views in the order of the rig, whatever the order of arrival', () => {
    const rig = ['back', 'front', 'front_left']
    const { closed } = runAll([frame('front_left', 0), frame('front', 1), frame('back', 2)], rig)
    expect(closed[0]?.views.map(({ view }) => view)).toEqual(rig)
  })

  it('goes on without the missing camera when its waiting time is over, and names it', () => {
    const { closed } = runAll(
      [frame('front', 0, 5), frame('back', 2, 6), { tickMs: 64.9 }],
      ['front', 'back', 'back_left'],
    )
    expect(closed).toEqual([])
    const later = runAll([frame('front', 0, 5), frame('back', 2, 6), { tickMs: 65 }], ['front', 'back', 'back_left'])
    expect(later.closed[0]).toMatchObject({ closedBy: FrameSet_ClosedBy.WAIT, missingViews: ['back_left'] })
  })

  it('closes when it is due even when the next thing to happen is a frame and not a tick', () => {
    const { closed } = runAll([frame('front', 0, 5), frame('front', 83, 88)], ['front', 'back'])
    expect(closed.map(contents)).toEqual([{ front: 0 }])
  })

  it.each([
    ['at the spread limit joins', 50, 1],
    ['1 us beyond it does not', 50.001, 0],
  ])('a frame %s', (_, captureMs, complete) => {
    const { closed } = runAll([frame('front', 0), frame('back', captureMs)], ['front', 'back'])
    expect(closed).toHaveLength(complete)
  })

  it('takes a frame that fits two open sets into the one that is nearer in time', () => {
    const { closed } = runAll(
      [frame('front', 0, 50), frame('front', 60, 61), frame('back', 35, 62), frame('back', 10, 63)],
      ['front', 'back'],
    )
    expect(closed.map(contents)).toEqual([{ front: 0 }, { front: 60, back: 35 }])
  })

  it('leaves a camera that is 60 ms late out of the set and tells of it', () => {
    const { closed, codes } = runAll([frame('front', 0, 5), { tickMs: 66 }, frame('back', 0, 67)], ['front', 'back'])
    expect(closed.map(contents)).toEqual([{ front: 0 }])
    expect(codes).toEqual(['frame-late'])
  })

  it('drops the frame of a sweep that comes after its set, though it was captured last', () => {
    const sweep = (startMs: number, lateMs: number): Action[] => [
      frame('front', startMs),
      frame('front_left', startMs + 15),
      { tickMs: startMs + 66 },
      frame('back', startMs + 30, startMs + lateMs),
    ]
    const { closed, codes } = runAll(
      [...sweep(0, 70), ...sweep(83, 70), ...sweep(166, 70)],
      ['front', 'front_left', 'back'],
    )
    expect(closed.map(contents)).toEqual([
      { front: 0, front_left: 15 },
      { front: 83, front_left: 98 },
      { front: 166, front_left: 181 },
    ])
    expect(codes).toEqual(['frame-late', 'frame-late', 'frame-late'])
  })

  it('takes the next frame of a fast camera whose last one was lost, though it fits the closed set as well', () => {
    const views = ['front', 'back']
    const both = (ms: number): Action[] => [frame('back', ms, ms + 5), frame('front', ms, ms + 6)]
    const { closed, codes } = runAll(
      [
        ...both(0),
        ...both(33),
        frame('front', 66, 71),
        { tickMs: 132 },
        ...both(99).map((a) => ({ ...a, eventTimeNs: at(133) })),
      ],
      views,
    )
    expect(closed.map(contents)).toEqual([
      { front: 0, back: 0 },
      { front: 33, back: 33 },
      { front: 66 },
      { front: 99, back: 99 },
    ])
    expect(codes).toEqual([])
  })

  it('closes the older ones when a newer one is complete first', () => {
    const { closed } = runAll(
      [frame('front', 0, 5), frame('front', 55, 56), frame('back', 56, 57), frame('back', 1, 58)],
      ['front', 'back'],
    )
    expect(closed.map(({ number, closedBy }) => [number, closedBy])).toEqual([
      [1n, FrameSet_ClosedBy.NEWER],
      [2n, FrameSet_ClosedBy.COMPLETE],
    ])
    expect(closed.map(contents)).toEqual([{ front: 0 }, { front: 55, back: 56 }])
  })

  it('uses the newer of two frames of one camera within the spread, in either order', () => {
    const views = ['front', 'back']
    const inOrder = runAll([frame('front', 0, 30), frame('front', 25, 31), frame('back', 25, 32)], views)
    const reversed = runAll([frame('front', 25, 30), frame('front', 0, 31), frame('back', 25, 32)], views)
    for (const { closed, codes } of [inOrder, reversed]) {
      expect(closed.map(contents)).toEqual([{ front: 25, back: 25 }])
      expect(codes).toEqual(['frame-superseded'])
    }
  })

  it('takes a frame that is sent twice once', () => {
    const { closed, codes } = runAll(
      [frame('front', 0, 5), frame('front', 0, 6), frame('back', 0, 7), frame('back', 0, 8)],
      ['front', 'back'],
    )
    expect(closed.map(contents)).toEqual([{ front: 0, back: 0 }])
    expect(codes).toEqual(['frame-superseded', 'frame-late'])
  })

  it('is pushed out when too many are open', () => {
    const starts = [0, 51, 102, 153, 204]
    const { closed, state } = runAll(
      starts.map((ms, index) => frame('front', ms, 210 + index)),
      ['front', 'back'],
    )
    expect(closed.map(contents)).toEqual([{ front: 0 }])
    expect(closed[0]?.closedBy).toBe(FrameSet_ClosedBy.NEWER)
    expect(state.sets.pending).toHaveLength(config.maxPendingSets)
  })

  it.each([
    ['a camera that the rig does not have', frame('roof', 0), 'frame-unknown-view'],
    ['a capture in the future', frame('front', 101, 0), 'frame-from-future'],
  ])('takes no frame of %s', (_, odd, code) => {
    const { state, codes } = runAll([odd])
    expect(codes).toEqual([code])
    expect(state.sets.pending).toEqual([])
  })
})

describe('after the clock went back by an hour', () => {
  const hour = 3_600_000
  const views = ['front', 'back']
  const drive = (startMs: number, sets: number): Action[] =>
    Array.from({ length: sets }, (_, n) => [
      frame('front', startMs + n * 83),
      frame('back', startMs + n * 83 + 2),
    ]).flat()

  it('sets are made again within two rounds of the rig, and a fault tells of it', () => {
    const { closed, codes } = runAll([...drive(hour, 3), ...drive(0, 5)], views)
    expect(codes.filter((code) => code === 'clock-jump')).toHaveLength(1)
    expect(closed.slice(-3).map(contents)).toEqual([
      { front: 166, back: 168 },
      { front: 249, back: 251 },
      { front: 332, back: 334 },
    ])
  })

  it('an open set does not wait for the hour', () => {
    const { closed } = runAll([frame('front', hour), { tickMs: 0 }], views)
    expect(closed.map(contents)).toEqual([{ front: hour }])
  })
})

const arrivals = fc.array(
  fc.record({
    view: fc.constantFrom(...VIEWS, 'roof'),
    captureMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: -4_000_000, max: 4_000_000 })),
    delayMs: fc.integer({ min: -200, max: 300 }),
    tick: fc.boolean(),
  }),
  { maxLength: 60 },
)

describe('whatever arrives, in whatever order, lost or twice', () => {
  it('no set is wider than the spread, none has a view twice, no image is in two, numbers count up, and little is kept', () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        const { closed, state } = runAll(
          list.map(({ view, captureMs, delayMs, tick }, index): Action => {
            const arrivalMs = captureMs + delayMs
            if (tick) return { tickMs: arrivalMs }
            const one = frame(view, captureMs, arrivalMs)
            return { ...one, image: { ...one.image, payloadSha256: Uint8Array.of(index) } }
          }),
        )
        const ids = closed.flatMap(({ views }) => views.map(({ image }) => image?.payloadSha256[0]))
        expect(new Set(ids).size).toBe(ids.length)
        closed.forEach((set, index) => {
          const captures = set.views.map(({ captureTimeNs }) => captureTimeNs)
          const names = set.views.map(({ view }) => view)
          expect(names.length).toBeGreaterThan(0)
          expect(new Set(names).size).toBe(names.length)
          expect([...names, ...set.missingViews].sort()).toEqual([...VIEWS].sort())
          const sorted = [...captures].sort((a, b) => Number(a - b))
          expect(set.spreadNs).toBe(sorted.at(-1)! - sorted[0]!)
          expect(set.spreadNs <= 50n * MS).toBe(true)
          expect(set.referenceTimeNs).toBe(sorted.at(-1))
          expect(set.number).toBe(BigInt(index + 1))
        })
        expect(state.sets.pending.length).toBeLessThanOrEqual(config.maxPendingSets)
      }),
      { numRuns: 500 },
    )
  })

  it('is not wedged: three whole instants afterwards, the last makes a whole set', () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        const { state } = runAll(
          list.map(({ view, captureMs, delayMs }) => frame(view, captureMs, captureMs + delayMs)),
        )
        const afterwards = [0, 100, 200].flatMap((ms) => VIEWS.map((view) => frame(view, 500 + ms)))
        const { closed } = runAll(afterwards, VIEWS, state)
        expect(closed.at(-1)).toMatchObject({ closedBy: FrameSet_ClosedBy.COMPLETE, referenceTimeNs: at(700) })
      }),
      { numRuns: 500 },
    )
  })

  it('within one instant the order of arrival does not matter', () => {
    const captures = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 6, maxLength: 6 })
    const order = fc.shuffledSubarray([...VIEWS], { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(captures, order, (offsets, views) => {
        const inOrder = runAll(VIEWS.map((view, index) => frame(view, offsets[index]!, 55)))
        const shuffled = runAll(views.map((view) => frame(view, offsets[VIEWS.indexOf(view)]!, 55)))
        expect(shuffled.closed).toEqual(inOrder.closed)
        expect(shuffled.closed).toHaveLength(1)
      }),
    )
  })

  it('the state is plain: it survives a structured clone', () => {
    const { state } = runAll([frame('front', 0), frame('back', 3)])
    expect(structuredClone(state)).toEqual(state)
  })
})
