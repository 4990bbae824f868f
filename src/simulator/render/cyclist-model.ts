import type { Tint } from '../things.ts'
import { block, type Model, type Part } from './model.ts'

const TYRE: Tint = [34, 34, 36]
const FRAME: Tint = [70, 92, 110]
const TROUSERS: Tint = [50, 54, 70]
const SKIN: Tint = [214, 168, 140]
const HELMET: Tint = [232, 232, 226]

/** Way of one turn of the pedals; m. */
const TURN_M = 5

const WHEEL_M = 0.34

const wheel = (x: number): Part => {
  const rim = (y: number, sign: 1 | -1) => ({
    points: Array.from({ length: 14 }, (_, index) => {
      const angle = (sign * index * 2 * Math.PI) / 14
      return { x: x + WHEEL_M * Math.cos(angle), y, z: WHEEL_M + WHEEL_M * Math.sin(angle) }
    }),
    tint: TYRE,
  })
  return { kind: 'body', faces: [rim(0.03, -1), rim(-0.03, 1)] }
}

/** A bicycle and who rides it, having gone so far; ahead is +x, the middle of the bicycle is the origin. */
export const cyclistModel = (tint: Tint, travelledM: number): Model => {
  const pedal = 0.14 * Math.sin((travelledM / TURN_M) * 2 * Math.PI)
  const dark: Tint = [tint[0] * 0.8, tint[1] * 0.8, tint[2] * 0.8]
  return [
    wheel(0.52),
    wheel(-0.52),
    block([-0.5, 0.45], [-0.03, 0.03], [0.5, 0.58], FRAME),
    block([0.42, 0.48], [-0.26, 0.26], [0.98, 1.04], TYRE),
    block([-0.12 + pedal, 0.08 + pedal], [0.06, 0.2], [0.24, 0.95], TROUSERS),
    block([-0.12 - pedal, 0.08 - pedal], [-0.2, -0.06], [0.24, 0.95], TROUSERS),
    block([-0.22, 0.1], [-0.21, 0.21], [0.9, 1.46], tint),
    block([0.08, 0.42], [0.18, 0.27], [1.06, 1.2], dark),
    block([0.08, 0.42], [-0.27, -0.18], [1.06, 1.2], dark),
    { kind: 'ball', centre: { x: 0.1, y: 0, z: 1.58 }, radiusM: 0.12, tint: SKIN },
    { kind: 'ball', centre: { x: 0.07, y: 0, z: 1.64 }, radiusM: 0.125, tint: HELMET },
  ]
}
