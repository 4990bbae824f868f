import type { Transform, Vector3 } from '#geometry'
import type { Tint } from '../things.ts'

/** A flat convex polygon, counter-clockwise seen from outside. */
export interface Face {
  readonly points: readonly Vector3[]
  readonly tint: Tint
  /** Shines by itself: neither shaded nor fogged. */
  readonly glows?: boolean
  /** Shines when lamps are on, in this colour. */
  readonly atNight?: Tint
  /** From 0 to 1; default 1. */
  readonly opacity?: number
  /** Of a detail: what it covers counts as this and no more as its body's, in ground truth; absent: the body's. */
  readonly mark?: string
  /** Drawn on it, in order, when it is seen. */
  readonly details?: readonly Face[]
}

/** A piece of a thing: a convex body of faces, or a ball, which is a disc from everywhere. */
export type Part =
  | { readonly kind: 'body'; readonly faces: readonly Face[]; readonly mark?: string }
  | {
      readonly kind: 'ball'
      readonly centre: Vector3
      readonly radiusM: number
      readonly tint: Tint
      readonly mark?: string
    }

/** A thing in its own frame (x ahead, y left, z up, origin on the ground); parts in the order in which they hide one another. */
export type Model = readonly Part[]

/** A thing that stands somewhere. */
export interface Prop {
  /** Whose silhouette it is, in ground truth; absent for what only hides others. A part's own mark comes first. */
  readonly mark?: string
  readonly mapFromModel: Transform
  readonly model: Model
}

/** From one bound to the other. */
export type Span = readonly [number, number]

/** Of a body: +x, -x, +y, -y, +z. Nobody looks from below. */
type Side = 'front' | 'back' | 'left' | 'right' | 'top'

/**
 * A rectangle, or the ellipse in it, on a side. Fractions of the side: `across` runs to the right for who looks at it, `up`
 * from its foot; both may reach beyond 0 and 1, as wheels do.
 */
export interface Detail {
  readonly across: Span
  readonly up: Span
  readonly tint: Tint
  readonly round?: boolean
  readonly mark?: string
  readonly glows?: boolean
  readonly atNight?: Tint
  readonly opacity?: number
}

export type Details = Partial<Record<Side, readonly Detail[]>>

const v = (x: number, y: number, z: number): Vector3 => ({ x, y, z })
const mix = (from: Vector3, to: Vector3, fraction: number): Vector3 =>
  v(from.x + (to.x - from.x) * fraction, from.y + (to.y - from.y) * fraction, from.z + (to.z - from.z) * fraction)

type Quad = readonly [Vector3, Vector3, Vector3, Vector3]

/** Corners of a round detail: at 16 a wheel that fills the picture still looks round. */
const CORNERS = 16

const detailFace = (
  [right, left, highLeft, highRight]: Quad,
  { across, up, tint, round, mark, glows = false, atNight, opacity = 1 }: Detail,
): Face => {
  // The first two corners run to the left for who looks at the side from outside.
  const at = (acrossFraction: number, upFraction: number) =>
    mix(mix(left, right, acrossFraction), mix(highLeft, highRight, acrossFraction), upFraction)
  const points = round
    ? Array.from({ length: CORNERS }, (_, index) => {
        const angle = (index / CORNERS) * 2 * Math.PI
        return at(
          (across[0] + across[1]) / 2 + ((across[1] - across[0]) / 2) * Math.cos(angle),
          (up[0] + up[1]) / 2 + ((up[1] - up[0]) / 2) * Math.sin(angle),
        )
      })
    : [at(across[0], up[0]), at(across[1], up[0]), at(across[1], up[1]), at(across[0], up[1])]
  return { points, tint, glows, opacity, ...(atNight ? { atNight } : {}), ...(mark ? { mark } : {}) }
}

/** A block whose top may be smaller than its foot. */
export const frustum = (
  foot: { readonly x: Span; readonly y: Span },
  top: { readonly x: Span; readonly y: Span },
  [z0, z1]: Span,
  tint: Tint,
  details: Details = {},
  atNight?: Tint,
): Part => {
  const ring = ({ x, y }: { readonly x: Span; readonly y: Span }, z: number): Quad => [
    v(x[1], y[1], z),
    v(x[1], y[0], z),
    v(x[0], y[0], z),
    v(x[0], y[1], z),
  ]
  const low = ring(foot, z0)
  const high = ring(top, z1)
  const side = (name: Side, points: Quad): Face => ({
    points,
    tint,
    ...(atNight ? { atNight } : {}),
    details: (details[name] ?? []).map((detail) => detailFace(points, detail)),
  })
  return {
    kind: 'body',
    faces: [
      side('front', [low[1], low[0], high[0], high[1]]),
      side('back', [low[3], low[2], high[2], high[3]]),
      side('left', [low[0], low[3], high[3], high[0]]),
      side('right', [low[2], low[1], high[1], high[2]]),
      side('top', [high[0], high[3], high[2], high[1]]),
    ],
  }
}

/** An upright block. */
export const block = (x: Span, y: Span, z: Span, tint: Tint, details: Details = {}, atNight?: Tint): Part =>
  frustum({ x, y }, { x, y }, z, tint, details, atNight)
