import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errandSceneOf } from './errands/errand-scene.ts'
import { planErrand } from './errands/plan-errand.ts'
import { type Action, isReached, runAction, runSteps, stepText } from './errands/run-steps.ts'
import { isHeldOutName, KINDS, makeRoom } from './make-room.ts'
import { createDepthBuffer, fillTriangle } from './picture/depth-buffer.ts'
import { renderRoom } from './picture/render-room.ts'
import { directionFrom, isBetween, isLeftOf, isNearer } from './relations.ts'
import { ROOM_KINDS } from './room.ts'
import { lookAt } from './sight.ts'

const seeds = Array.from({ length: 60 }, (_, seed) => seed)

describe('a room', () => {
  it('is the same every time, and another for another seed', () => {
    const pictures = [5, 5, 6].map((seed) => renderRoom(makeRoom({ seed })))
    expect(pictures[1]).toEqual(pictures[0])
    expect(pictures[2]!.image.data).not.toEqual(pictures[0]!.image.data)
  })

  it.each(ROOM_KINDS)('of kind %s holds things that stand apart, each with a name of its own', (kind) => {
    let things = 0
    for (const seed of seeds) {
      const room = makeRoom({ seed, kind })
      const names = room.things.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      things += names.length
      for (const { name, at, model, standsOn } of room.things) {
        const host = room.things.find((other) => other.name === standsOn)
        const surface = room.surfaces.find((other) => other.name === standsOn)
        expect(host === undefined).toBe(surface !== undefined)
        if (host) expect(model.radiusM).toBeLessThanOrEqual(host.model.support!.radiusM)
        if (!surface) continue
        expect(at[0] - model.radiusM).toBeGreaterThanOrEqual(surface.x[0])
        expect(at[0] + model.radiusM).toBeLessThanOrEqual(surface.x[1])
        expect(model.heightM).toBeLessThanOrEqual(surface.clearanceM)
        const beside = room.things.filter((other) => other.standsOn === standsOn && other.name !== name)
        for (const other of beside) {
          const apartM = Math.hypot(other.at[0] - at[0], other.at[1] - at[1])
          expect(apartM).toBeGreaterThan(other.model.radiusM + model.radiusM)
        }
      }
    }
    expect(things / seeds.length).toBeGreaterThan(3)
  })

  it('shows no pair of kind and colour that is kept for tests, unless it is one for tests', () => {
    const kept = (heldOutLooks: boolean) =>
      seeds.map((seed) => makeRoom({ seed, heldOutLooks }).things.filter(({ name }) => isHeldOutName(name)).length)
    expect(Math.max(...kept(false))).toBe(0)
    expect(kept(true).filter((count) => count > 0).length).toBeGreaterThan(50)
  })

  it('is trained with every kind and every colour, only not with every pair', () => {
    const pairs = KINDS.flatMap(({ name, colours }) => colours.map((colour) => ({ name, colour })))
    const trained = pairs.filter(({ name, colour }) => !isHeldOutName(`${colour} ${name}`))
    expect(new Set(trained.map(({ name }) => name)).size).toBe(KINDS.length)
    expect(new Set(trained.map(({ colour }) => colour))).toEqual(new Set(pairs.map(({ colour }) => colour)))
    expect(pairs.length - trained.length).toBeGreaterThan(15)
  })
})

describe('the picture', () => {
  it('shows the nearer of two triangles, in whichever order they are filled', () => {
    const far = [0, 0, 1, 10, 0, 1, 0, 10, 1]
    const near = [0, 0, 2, 10, 0, 2, 0, 10, 2]
    for (const order of [
      [far, near],
      [near, far],
    ]) {
      const buffer = createDepthBuffer(10, 10)
      for (const corners of order) fillTriangle(buffer, Float32Array.from(corners), 0, corners === near ? 1 : 0)
      expect(buffer.triangle[11]).toBe(1)
      expect(buffer.triangle[99]).toBe(-1)
    }
  })

  it('knows how much of a thing would show if nothing hid it', () => {
    for (const seed of seeds.slice(0, 8)) {
      const room = makeRoom({ seed })
      const sight = lookAt(room)
      for (const { name } of room.things) {
        const alone = lookAt({ ...room, things: room.things.filter((thing) => thing.name === name), fixtures: [] })
        const sighting = sight.of(name)
        if (!sighting || !alone.of(name)) continue
        const whole = sighting.pixels / sighting.share
        // Walls and tables still hide it when it is alone; at the edges a pixel is of the one or the other.
        expect(alone.of(name)!.pixels).toBeLessThanOrEqual(whole * 1.15 + 6)
        expect(sighting.share).toBeLessThanOrEqual(1.3)
      }
    }
  })
})

describe('a relation', () => {
  it('is never true both ways', () => {
    let clear = 0
    for (const seed of seeds.slice(0, 12)) {
      const sight = lookAt(makeRoom({ seed }))
      for (const a of sight.things) {
        for (const b of sight.things) {
          if (a === b) continue
          const [there, back] = [isLeftOf(sight, a, b), isLeftOf(sight, b, a)]
          expect(back).toBe(there === undefined ? undefined : !there)
          expect(isNearer(b, a)).toBe(isNearer(a, b) === undefined ? undefined : !isNearer(a, b))
          const opposite = { left: 'right', right: 'left', 'in front': 'behind', behind: 'in front' } as const
          const direction = directionFrom(sight, a, b)
          expect(directionFrom(sight, b, a)).toBe(direction && opposite[direction])
          if (there !== undefined) clear += 1
          for (const c of sight.things) {
            if (c !== a && c !== b && isBetween(b, a, c)) expect(isBetween(a, b, c)).not.toBe(true)
          }
        }
      }
    }
    expect(clear).toBeGreaterThan(100)
  })
})

const kitchen = {
  things: [
    { name: 'the red mug', standsOn: 'the table', portable: true, radiusM: 0.05 },
    {
      name: 'the blue book',
      standsOn: 'the table',
      portable: true,
      radiusM: 0.12,
      holds: { how: 'on', radiusM: 0.06 },
    },
    { name: 'the green ball', standsOn: 'the blue book', portable: true, radiusM: 0.04 },
    { name: 'the pink lamp', standsOn: 'the table', portable: false, radiusM: 0.1 },
  ],
  places: [
    { name: 'the table', how: 'on' },
    { name: 'the drawer', how: 'in', open: false },
  ],
} as const

describe('steps', () => {
  it.each<[string, { thing?: string; place: string; open?: boolean }, string[], object]>([
    [
      'in their order',
      { thing: 'the red mug', place: 'the drawer' },
      ['open the drawer', 'pick up the red mug', 'Put the red mug into the drawer.'],
      { done: 3, reached: true },
    ],
    [
      'into a closed drawer',
      { thing: 'the red mug', place: 'the drawer' },
      ['pick up the red mug', 'put the red mug in the drawer'],
      { done: 1, reached: false, refused: 'the drawer is closed' },
    ],
    [
      'with a full hand',
      { place: 'the drawer', open: true },
      ['pick up the red mug', 'open the drawer'],
      { done: 1, reached: false, refused: 'the hand is full' },
    ],
    [
      'from under another',
      { thing: 'the blue book', place: 'the drawer' },
      ['pick up the blue book'],
      { done: 0, reached: false, refused: 'something is on or in the blue book' },
    ],
    [
      'with what is too large',
      { place: 'the drawer', open: true },
      ['pick up the pink lamp'],
      { done: 0, reached: false, refused: 'the pink lamp is too large for a hand' },
    ],
    [
      'onto what is taken',
      { place: 'the drawer', open: true },
      ['pick up the red mug', 'put the red mug on the blue book'],
      { done: 1, reached: false, refused: 'the blue book is taken' },
    ],
    [
      'with what is not there',
      { place: 'the drawer', open: true },
      ['pick up the white mug'],
      { done: 0, reached: false, refused: 'there is no the white mug' },
    ],
    [
      'that are none',
      { place: 'the drawer', open: true },
      ['dance'],
      { done: 0, reached: false, refused: 'not a step: dance' },
    ],
    ['that stop early', { place: 'the drawer', open: true }, [], { done: 0, reached: false }],
    [
      'that open twice',
      { place: 'the drawer', open: true },
      ['open the drawer', 'open the drawer'],
      { done: 1, reached: false, refused: 'the drawer is open already' },
    ],
  ])('%s', (_, goal, steps, expected) => {
    expect(runSteps(kitchen, goal, steps)).toEqual(expected)
  })

  it('that were planned take what is above away first', () => {
    const actions = planErrand(kitchen, { thing: 'the blue book', place: 'the drawer' })
    expect(actions?.map(stepText)).toEqual([
      'open the drawer',
      'pick up the green ball',
      'put the green ball on the table',
      'pick up the blue book',
      'put the blue book in the drawer',
    ])
  })

  it('that were planned reach their goal from wherever a hand may have left things', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.array(fc.nat(1000), { maxLength: 6 }),
        fc.nat(1000),
        fc.nat(1000),
        (seed, moves, a, b) => {
          const scene = moves.reduce(
            (before, move) => {
              const possible = actionsOn(before).filter((action) => 'scene' in runAction(before, action))
              const outcome = possible.length > 0 ? runAction(before, possible[move % possible.length]!) : undefined
              return outcome && 'scene' in outcome ? outcome.scene : before
            },
            errandSceneOf(makeRoom({ seed })),
          )
          const thing = scene.things[a % scene.things.length]?.name
          const place = scene.places[b % scene.places.length]
          if (thing === undefined || !place) return
          const goal = { thing, place: place.name }
          const actions = planErrand(scene, goal)
          if (!actions) return
          const run = runSteps(scene, goal, actions.map(stepText))
          expect(run).toEqual({ done: actions.length, reached: true })
          expect(isReached(scene, goal)).toBe(actions.length === 0)
        },
      ),
      { numRuns: 150 },
    )
  })
})

const actionsOn = ({ things, places }: ReturnType<typeof errandSceneOf>): readonly Action[] => [
  ...places.flatMap(({ name }): Action[] => [
    { kind: 'open', place: name },
    { kind: 'close', place: name },
  ]),
  ...things.flatMap(({ name }): Action[] => [
    { kind: 'pick up', thing: name },
    ...places.map(({ name: place, how = 'on' }): Action => ({ kind: 'put', thing: name, how, place })),
  ]),
]
