import { CAR_SIZES, type CarShape, type Tint } from '../things.ts'
import { type Detail, type Details, frustum, type Model, type Span } from './model.ts'

const GLASS: Tint = [44, 58, 70]
const TYRE: Tint = [28, 28, 30]
const RIM: Tint = [168, 172, 176]
const BUMPER: Tint = [46, 48, 52]
const HEADLAMP: Tint = [250, 246, 226]
const TAIL_LAMP: Tint = [150, 22, 24]
const BRAKE_LAMP: Tint = [255, 56, 44]
const NIGHT_TAIL: Tint = [190, 30, 28]
const BLINKER: Tint = [255, 170, 40]
const PLATE: Tint = [236, 236, 230]

/** Where the shapes differ, as fractions of length (from the rear) and height. */
const SHAPES: Readonly<Record<CarShape, { cabin: Span; roof: Span; waist: number }>> = {
  hatchback: { cabin: [0.03, 0.76], roof: [0.14, 0.58], waist: 0.6 },
  estate: { cabin: [0.02, 0.74], roof: [0.08, 0.58], waist: 0.6 },
  van: { cabin: [0.01, 0.88], roof: [0.02, 0.74], waist: 0.52 },
  truck: { cabin: [0, 0.99], roof: [0, 0.985], waist: 0.4 },
  bus: { cabin: [0, 0.995], roof: [0.01, 0.99], waist: 0.36 },
}

/** A car of a shape and colour; its middle is the origin. */
export const carModel = (shape: CarShape, tint: Tint, { lampsAreOn, braking, blinks }: Lamps): Model => {
  const { x: length, y: width, z: height } = CAR_SIZES[shape]
  const { cabin, roof, waist } = SHAPES[shape]
  const along = ([from, to]: Span): Span => [(from - 0.5) * length, (to - 0.5) * length]
  const sideways = (fraction: number): Span => [(-width / 2) * fraction, (width / 2) * fraction]
  const sill = 0.16 * height
  const belt = waist * height
  const shadow: Tint = [tint[0] * 0.8, tint[1] * 0.8, tint[2] * 0.8]
  const body = frustum(
    { x: along([0, 1]), y: sideways(1) },
    { x: along([0.01, 0.985]), y: sideways(0.96) },
    [sill, belt],
    tint,
    bodyDetails({
      length,
      bodyM: belt - sill,
      sillM: sill,
      braking,
      shadow,
      lampsAreOn,
      blinks,
    }),
  )
  const glass = frustum(
    { x: along(cabin), y: sideways(0.94) },
    { x: along(roof), y: sideways(0.76) },
    [belt, height],
    tint,
    glassDetails(shape),
  )
  return [body, glass]
}

export interface Lamps {
  readonly lampsAreOn: boolean
  readonly braking: boolean
  readonly blinks?: 'left' | 'right' | undefined
}

interface BodyMeasures extends Lamps {
  readonly length: number
  readonly bodyM: number
  readonly sillM: number
  readonly shadow: Tint
}

/** Radius of a wheel with its tyre; m. */
const WHEEL_M = 0.33

const halo = (across: Span, up: Span, tint: Tint): Detail => ({
  across: [across[0] - 0.14, across[1] + 0.14],
  up: [up[0] - 0.3, up[1] + 0.3],
  tint,
  round: true,
  glows: true,
  opacity: 0.3,
})

const bodyDetails = ({ length, bodyM, sillM, braking, shadow, lampsAreOn, blinks }: BodyMeasures): Details => {
  const glowing = (across: Span, up: Span, tint: Tint): readonly Detail[] =>
    lampsAreOn ? [halo(across, up, tint), { across, up, tint, glows: true }] : []
  // Seen from behind the left lamp is on the left, from ahead on the right.
  const blinker = (leftIsAt: 0 | 1): readonly Detail[] => {
    if (!blinks) return []
    const at: Span = (blinks === 'left') === (leftIsAt === 0) ? [0.01, 0.12] : [0.88, 0.99]
    return [{ across: at, up: [0.5, 0.76], tint: BLINKER, glows: true }]
  }
  const wheel = (centre: number, radiusM: number, tint: Tint): Detail => ({
    across: [centre - radiusM / length, centre + radiusM / length],
    up: [(WHEEL_M - radiusM - sillM) / bodyM, (WHEEL_M + radiusM - sillM) / bodyM],
    tint,
    round: true,
  })
  const lamp = braking ? BRAKE_LAMP : TAIL_LAMP
  const side: readonly Detail[] = [
    { across: [0.02, 0.98], up: [0, 0.16], tint: shadow },
    ...[0.19, 0.8].flatMap((centre) => [wheel(centre, WHEEL_M, TYRE), wheel(centre, WHEEL_M * 0.62, RIM)]),
  ]
  return {
    left: side,
    right: side,
    front: [
      { across: [0, 1], up: [0, 0.22], tint: BUMPER },
      { across: [0.28, 0.72], up: [0.3, 0.58], tint: BUMPER },
      { across: [0.03, 0.23], up: [0.56, 0.84], tint: HEADLAMP, glows: true },
      { across: [0.77, 0.97], up: [0.56, 0.84], tint: HEADLAMP, glows: true },
      { across: [0.38, 0.62], up: [0.16, 0.3], tint: PLATE },
      ...glowing([0.03, 0.23], [0.56, 0.84], HEADLAMP),
      ...glowing([0.77, 0.97], [0.56, 0.84], HEADLAMP),
      ...blinker(1),
    ],
    back: [
      { across: [0, 1], up: [0, 0.24], tint: BUMPER },
      { across: [0.02, 0.2], up: [0.5, 0.9], tint: lamp, glows: braking },
      { across: [0.8, 0.98], up: [0.5, 0.9], tint: lamp, glows: braking },
      { across: [0.34, 0.66], up: [0.36, 0.54], tint: PLATE },
      ...glowing([0.02, 0.2], [0.5, 0.9], braking ? BRAKE_LAMP : NIGHT_TAIL),
      ...glowing([0.8, 0.98], [0.5, 0.9], braking ? BRAKE_LAMP : NIGHT_TAIL),
      ...blinker(0),
    ],
  }
}

const glassDetails = (shape: CarShape): Details => ({
  front: [{ across: [0.05, 0.95], up: [0.08, 0.94], tint: GLASS }],
  back: [{ across: [0.1, 0.9], up: [0.14, 0.88], tint: GLASS }],
  // Seen from the right the front is on the right, from the left on the left.
  right: WINDOWS[shape].map(([from, to]) => window(from, to)),
  left: WINDOWS[shape].map(([from, to]) => window(mirrored(to), mirrored(from))).toReversed(),
})

const window = (from: number, to: number): Detail => ({ across: [from, to], up: [0.12, 0.88], tint: GLASS })

/** In hundredths, as the windows are given. */
const mirrored = (fraction: number): number => Math.round(100 - 100 * fraction) / 100

/** On the right side, from the rear. */
const WINDOWS: Readonly<Record<CarShape, readonly Span[]>> = {
  hatchback: [
    [0.08, 0.46],
    [0.5, 0.92],
  ],
  estate: [
    [0.08, 0.46],
    [0.5, 0.92],
  ],
  van: [[0.7, 0.95]],
  truck: [[0.87, 0.97]],
  bus: [0.03, 0.2, 0.37, 0.54, 0.71, 0.86].map((from) => [from, Math.min(from + 0.14, 0.98)] as const),
}
