import { expect, test } from 'vitest'
import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE, transformFromPlanar } from '#geometry'
import { RouteCommand_Command } from '#messages'
import type { StampedPose } from './ego-from-poses.ts'
import { routeFromPath } from './route-from-path.ts'

/** 10 m/s at 10 Hz; `yawRate` by the second. */
const driven = (seconds: number, yawRate: (second: number) => number, speedMps = 10): StampedPose[] => {
  let pose = IDENTITY_PLANAR_POSE
  return Array.from({ length: seconds * 10 }, (_, index) => {
    if (index > 0) pose = extrapolateConstantTurnRate(pose, speedMps, yawRate(index / 10), 0.1)
    return { timeNs: BigInt(index) * 100_000_000n, mapFromEgo: transformFromPlanar(pose) }
  })
}

test.each([
  ['straight on', () => 0, RouteCommand_Command.STRAIGHT, undefined],
  ['a bend of the road', (t: number) => (t > 3 ? 0.12 : 0), RouteCommand_Command.STRAIGHT, undefined],
  ['a turn to the left after 40 m', (t: number) => (t > 4 && t < 6 ? 0.8 : 0), RouteCommand_Command.LEFT, 40],
  ['a turn to the right after 40 m', (t: number) => (t > 4 && t < 6 ? -0.8 : 0), RouteCommand_Command.RIGHT, 40],
])('%s', (_, yawRate, command, distanceM) => {
  const [first] = routeFromPath(driven(12, yawRate))
  expect(first?.command).toBe(command)
  if (distanceM === undefined) expect(first).not.toHaveProperty('distanceM')
  else expect(Math.abs(first!.distanceM! - distanceM)).toBeLessThan(3)
})

test('within a turn the command is still to turn, at no distance; behind it, straight on', () => {
  const commands = routeFromPath(driven(14, (t) => (t > 2 && t < 4 ? 0.8 : 0)))
  const inTurn = commands.find(({ captureTimeNs }) => captureTimeNs === 2_000_000_000n)
  expect(inTurn).toMatchObject({ command: RouteCommand_Command.LEFT })
  expect(inTurn!.distanceM!).toBeLessThan(3)
  const behind = commands.find(({ captureTimeNs }) => captureTimeNs === 6_000_000_000n)
  expect(behind).toMatchObject({ command: RouteCommand_Command.STRAIGHT })
})

test('once a second, and nothing once the path ahead is too short to tell', () => {
  const commands = routeFromPath(driven(10, () => 0))
  expect(commands.map(({ captureTimeNs }) => Number(captureTimeNs) / 1e9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(routeFromPath(driven(10, () => 0, 0))).toEqual([])
  expect(routeFromPath([])).toEqual([])
})
