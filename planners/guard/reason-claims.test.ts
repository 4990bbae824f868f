import { describe, expect, it } from 'vitest'
import { Plan_PathAction as Path, Plan_SpeedAction as Speed } from '#messages'
import { reasonClaims } from './reason-claims.ts'

describe('a reason', () => {
  it.each([
    ['Stop.', [Speed.STOP], []],
    ['Stop behind the bus and turn right.', [Speed.STOP], [Path.TURN_RIGHT]],
    ['The ego vehicle must slow down because a child is near.', [Speed.DECELERATE], []],
    ['The pedestrian is crossing, so we are braking gently.', [Speed.DECELERATE], []],
    ['I will come to a full stop at the line.', [Speed.STOP], []],
    ['Yielding to the tram.', [Speed.DECELERATE], []],
    ['Accelerate to 50 km/h.', [Speed.ACCELERATE], []],
    ['Maintain speed and change lanes to the left.', [Speed.KEEP], [Path.CHANGE_LANE_LEFT]],
    ['Turn left here.', [], [Path.TURN_LEFT]],
  ])('%j claims', (reason, speeds, paths) => {
    expect(reasonClaims(reason)).toEqual({ speeds, paths })
  })

  it.each([
    'The car ahead stops.',
    'A pedestrian stopped at the kerb.',
    'Stop sign ahead.',
    'Stop line ahead, the way is free.',
    'Braking car ahead.',
    'Slow traffic ahead.',
    'There is no need to stop.',
    'I do not stop.',
    "The ego won't stop.",
    'Stop if the light turns red.',
    'I am ready to brake.',
    'The left turn lane is free.',
    'Turn left lane is blocked.',
    'The bus is turning left.',
    'Going on without braking.',
    '',
  ])('%j claims nothing', (reason) => {
    expect(reasonClaims(reason)).toEqual({ speeds: [], paths: [] })
  })
})
