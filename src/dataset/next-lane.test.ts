import { describe, expect, it } from 'vitest'
import { RouteCommand_Command as Command } from '#messages'
import { nextLane } from './next-lane.ts'

/** Straight on for 10 m, then as far again in another direction. */
const leading = (id: string, turnRad: number) => ({
  id,
  centreLine: [
    { xM: 0, yM: 0 },
    { xM: 10, yM: 0 },
    { xM: 10 + 10 * Math.cos(turnRad), yM: 10 * Math.sin(turnRad) },
  ],
})

const [left, bend, straight, right] = [
  leading('left', 1.4),
  leading('bend', 0.3),
  leading('straight', 0),
  leading('right', -1.4),
]

describe('the lane that the navigation means', () => {
  it.each([
    ['left', Command.LEFT, [bend, left, right], 'left', Command.STRAIGHT],
    ['right', Command.RIGHT, [left, straight, right], 'right', Command.STRAIGHT],
    ['straight on', Command.STRAIGHT, [left, bend, straight, right], 'straight', Command.STRAIGHT],
    ['unknown', Command.UNKNOWN, [right, bend], 'bend', Command.UNKNOWN],
    ['left where only a bend leads on', Command.LEFT, [bend], 'bend', Command.LEFT],
    ['left where a turn leads right', Command.LEFT, [right, straight], 'straight', Command.LEFT],
  ] as const)('%s', (_, command, lanes, id, after) => {
    const next = nextLane(lanes, command)!
    expect([next.lane.id, next.command]).toEqual([id, after])
  })

  it('is none where the map ends', () => {
    expect(nextLane([], Command.LEFT)).toBeUndefined()
  })
})
