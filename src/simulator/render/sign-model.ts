import type { Tint } from '../things.ts'
import type { SignPlan } from '../world.ts'
import { block, type Face, type Model } from './model.ts'

const POLE: Tint = [120, 124, 128]
const BACK: Tint = [150, 152, 154]
const RED: Tint = [200, 30, 36]
const WHITE: Tint = [244, 244, 240]
const BLACK: Tint = [24, 24, 26]

/** Middle of the plate over the ground, and half its width: larger than the 0.3 m of a real one, to be read in small images; m. */
const PLATE_Z_M = 2.35
const HALF_M = 0.45
/** Of the plate before its pole; m. */
const AHEAD_M = 0.08

/** The seven strokes of a digit, from a to g. */
const STROKES: readonly string[] = [
  'abcdef',
  'bc',
  'abged',
  'abgcd',
  'fgbc',
  'afgcd',
  'afgedc',
  'abc',
  'abcdefg',
  'abcdfg',
]

/** Half width, half height and half stroke of a digit, as fractions of HALF_M. */
const DIGIT = { x: 0.19, y: 0.36, stroke: 0.065 } as const

/** Where a stroke is: left, right, foot, head, as fractions of the digit's half width and height, strokes' width added. */
const STROKE_PLACES: Readonly<Record<string, readonly [number, number, number, number]>> = {
  a: [-1, 1, 1, 1],
  b: [1, 1, 0, 1],
  c: [1, 1, -1, 0],
  d: [-1, 1, -1, -1],
  e: [-1, -1, -1, 0],
  f: [-1, -1, 0, 1],
  g: [-1, 1, 0, 0],
}

/** A place on the plate: to the right and up for who reads it, in halves of the plate. It faces +x, so its right is -y... seen from ahead +y. */
const at = (right: number, up: number, ahead: number) => ({
  x: AHEAD_M + ahead,
  y: right * HALF_M,
  z: PLATE_Z_M + up * HALF_M,
})

const polygon = (corners: number, radius: number, turnRad: number, tint: Tint, ahead: number): Face => ({
  points: Array.from({ length: corners }, (_, index) => {
    const angle = turnRad + (index / corners) * 2 * Math.PI
    return at(radius * Math.cos(angle), radius * Math.sin(angle), ahead)
  }),
  tint,
})

const digits = (kmh: number): readonly Face[] =>
  [...String(kmh)].flatMap((digit, index, all) => {
    const middle = (index - (all.length - 1) / 2) * DIGIT.x * 3.1
    return [...STROKES[Number(digit)]!].map((stroke): Face => {
      const [left, right, foot, head] = STROKE_PLACES[stroke]!
      const x0 = middle + left * DIGIT.x - DIGIT.stroke
      const x1 = middle + right * DIGIT.x + DIGIT.stroke
      const y0 = foot * DIGIT.y - DIGIT.stroke
      const y1 = head * DIGIT.y + DIGIT.stroke
      return { points: [at(x0, y0, 0), at(x1, y0, 0), at(x1, y1, 0), at(x0, y1, 0)], tint: BLACK }
    })
  })

const plateOf = ({ kind, kmh = 0 }: SignPlan): Face => {
  if (kind === 'speed-limit') {
    const details = [polygon(20, 0.76, 0, WHITE, 0), ...digits(kmh)]
    return { ...polygon(20, 1, 0, RED, 0), details }
  }
  if (kind === 'stop') {
    const bar: Face = {
      points: [at(-0.7, -0.16, 0), at(0.7, -0.16, 0), at(0.7, 0.16, 0), at(-0.7, 0.16, 0)],
      tint: WHITE,
    }
    const rim = polygon(8, 0.9, Math.PI / 8, RED, 0)
    return { ...polygon(8, 1, Math.PI / 8, WHITE, 0), details: [rim, bar] }
  }
  // A triangle that stands on its tip.
  return { ...polygon(3, 1.1, -Math.PI / 2, RED, 0), details: [polygon(3, 0.68, -Math.PI / 2, WHITE, 0)] }
}

/** A sign on a pole that faces +x. */
export const signModel = (sign: SignPlan, mark: string): Model => {
  const plate = plateOf(sign)
  const back: Face = { points: plate.points.map((point) => ({ ...point, x: AHEAD_M - 0.02 })).toReversed(), tint: BACK }
  return [
    block([-0.04, 0.04], [-0.04, 0.04], [0, PLATE_Z_M], POLE),
    { kind: 'body', mark, faces: [back] },
    { kind: 'body', mark, faces: [plate] },
  ]
}
