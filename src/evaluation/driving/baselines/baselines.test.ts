import { describe, expect, it } from 'vitest'
import { RouteCommand_Command as Command } from '#messages'
import type { SceneCase } from '../scene-case.ts'
import { BODY, car, STREET } from '../testing/straight-street.ts'
import { blindMlp } from './blind-mlp.ts'
import { constantVelocity } from './constant-velocity.ts'
import { routeIdm } from './route-idm.ts'
import { stopped } from './stopped.ts'

const scene = (more: object = {}, speedMps = 8): SceneCase =>
  ({
    ego: { poseInMap: { xM: 0, yM: 0, headingRad: 0 }, speedMps, accelerationMps2: 0.004, yawRateRadps: 0 },
    road: STREET,
    others: [],
    isRedAt: () => false,
    scene: {
      rig: { vehicle: BODY },
      route: { command: Command.STRAIGHT },
      truth: { lane: { id: 'ours' } },
      frameSet: { egoHistory: [] },
    },
    ...more,
  }) as unknown as SceneCase

it('constant velocity goes on, stopped does not', () => {
  expect(constantVelocity.plan(scene()).map(({ xM }) => xM)).toEqual([4, 8, 12, 16, 20, 24, 28, 32])
  expect(stopped.plan(scene()).every(({ xM, yM }) => xM === 0 && yM === 0)).toBe(true)
})

describe('the planner that knows the road', () => {
  const end = (of: SceneCase): number => routeIdm.plan(of).at(-1)!.xM

  it('comes to the limit on a free road, and no further', () => {
    expect(end(scene({}, 8))).toBeGreaterThan(36)
    expect(end(scene({}, 13.9))).toBeCloseTo(13.9 * 4, 0)
    expect(end(scene({}, 20))).toBeLessThan(20 * 4 - 5)
  })

  it('stops at a red light and goes on at a green one', () => {
    expect(end(scene({ isRedAt: () => true }))).toBeLessThan(20 - 3.5)
    expect(end(scene())).toBeGreaterThan(20)
  })

  it('stays behind who stands ahead, and passes who is in the other lane', () => {
    expect(end(scene({ others: [car(22, 0)] }))).toBeLessThan(22 - 2 - 3.5)
    expect(end(scene({ others: [car(22, 3.5)] }))).toBe(end(scene()))
    expect(end(scene({ others: [car(-9, 0, 8)] }))).toBe(end(scene()))
  })

  it('comes back to the middle of its lane', () => {
    const ego = { poseInMap: { xM: 0, yM: 0.8, headingRad: 0 }, speedMps: 8, accelerationMps2: 0, yawRateRadps: 0 }
    expect(routeIdm.plan(scene({ ego })).at(-1)!.yM).toBeCloseTo(-0.8, 6)
  })

  it('without a map goes on as fast as now', () => {
    expect(routeIdm.plan(scene({ road: undefined }))).toEqual(constantVelocity.plan(scene()))
  })
})

describe('the network without eyes', () => {
  const file = (inputs: readonly string[], weight: readonly number[]) => ({
    inputs,
    mean: inputs.map(() => 0),
    std: inputs.map(() => 2),
    layers: [
      { weight: [weight, weight.map((value) => -value)], bias: [0, 0] },
      { weight: Array.from({ length: 24 }, (_, index) => [index, 0]), bias: Array(24).fill(1) },
    ],
    activation: 'relu',
    outputs: 'x, y, heading',
    trained: { records: 1 },
  })
  const plan = (network: object, of: SceneCase) => blindMlp(JSON.stringify(network), 'w.json').plan(of)

  it('is its layers, one after the other', () => {
    // (8 / 2) through the first row; the negative one is cut off.
    expect(plan(file(['speed'], [1]), scene())[1]).toEqual({ xM: 1 + 3 * 4, yM: 1 + 4 * 4, headingRad: 1 + 5 * 4 })
  })

  it('reads what the prompt says, rounded as it says it', () => {
    const egoHistory = [
      { timeS: -1, xM: -8.004, yM: 0, headingRad: 0, speedMps: 8 },
      { timeS: -0.5, xM: -4.006, yM: 0, headingRad: 0, speedMps: 8 },
      { timeS: 0, xM: 0, yM: 0, headingRad: 0, speedMps: 8 },
    ]
    const route = { command: Command.LEFT, distanceM: 41.6, speedLimitMps: 13.89 }
    const told = scene({ scene: { route, frameSet: { egoHistory } } })
    const value = (name: string): number => (plan(file([name], [1]), told)[0]!.yM - 1) * 2
    const less = (name: string): number => (plan(file([name], [-1]), told)[0]!.yM - 1) * -2
    expect([value('distance'), value('distance_known'), value('limit')]).toEqual([42, 1, 50])
    expect([value('route_turn left'), value('route_go straight'), value('acceleration')]).toEqual([1, 0, 0])
    expect(less('past0_x')).toBeCloseTo(-4.01, 9)
    expect(less('past1_x')).toBeCloseTo(-8, 9)
    expect([value('past1_known'), value('past2_known'), value('past0_speed')]).toEqual([1, 0, 8])
  })

  it.each([
    ['no JSON', 'x'],
    ['an input that nobody knows', JSON.stringify(file(['colour'], [1]))],
    ['a layer of another size', JSON.stringify(file(['speed'], [1, 2]))],
  ])('%s is refused', (_, text) => {
    expect(() => blindMlp(text, 'w.json')).toThrow(expect.objectContaining({ code: 'BLIND_WEIGHTS' }))
  })
})
