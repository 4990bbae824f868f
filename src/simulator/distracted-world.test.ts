import { describe, expect, it } from 'vitest'
import { NANO } from '../../test/nano-car.ts'
import type { Moment } from './moment.ts'
import { type DriverName, worldOf } from './scenarios.ts'
import { STEP_S } from './time.ts'
import { unsteered } from './unsteered.ts'

const momentsOf = (family: string, seed: number, seconds: number, driver: DriverName): readonly Moment[] =>
  unsteered(worldOf({ family, seed, driver }).begin(NANO.vehicle), seconds).map(({ moment }) => moment)

describe.each([
  ['intersection', 3],
  ['winding', 2],
  ['town', 1],
] as const)('a distracted driver in %s %i', (family, seed) => {
  const moments = momentsOf(family, seed, 40, 'distracted')
  const looksUp = moments.flatMap(({ looksUp }, index) => (looksUp ? [index] : []))

  it('looks up now and then, at full half seconds, and never twice within 6 s', () => {
    expect(looksUp.length).toBeGreaterThan(2)
    for (const index of looksUp) expect((index * STEP_S) % 0.5).toBeCloseTo(0, 9)
    for (const [nth, index] of looksUp.entries()) {
      if (nth > 0) expect((index - looksUp[nth - 1]!) * STEP_S).toBeGreaterThan(5.99)
    }
  })

  it('has kept its speed for 1.5 s when it looks up', () => {
    for (const index of looksUp) {
      const before = moments.slice(index - 29, index + 1).map(({ ego }) => ego.speedMps)
      expect(Math.max(...before) - Math.min(...before)).toBeLessThan(1e-9)
    }
  })

  it('gets by without an emergency afterwards', () => {
    for (const index of looksUp) {
      for (const { ego } of moments.slice(index, index + 80)) expect(ego.accelerationMps2).toBeGreaterThan(-4.51)
    }
  })

  it('drives the same again', () => {
    expect(momentsOf(family, seed, 10, 'distracted').map(({ ego }) => ego)).toEqual(
      moments.slice(0, 201).map(({ ego }) => ego),
    )
  })

  it('never looks up in the world of an attentive one', () => {
    expect(momentsOf(family, seed, 10, 'attentive').some(({ looksUp }) => looksUp)).toBe(false)
  })
})
