import { normaliseAngle, type PlanarPoint } from '#geometry'
import type { View } from '#messages'
import type { Pixel } from './models/camera-model.ts'
import type { Rig, RigCamera } from './rig-schema.ts'
import { groundPointAtPixel, rayThroughPixel } from './unproject.ts'

/** The ground that one camera sees, level as at the car. */
export interface CameraCoverage {
  readonly view: View
  /** Outline of it, in ego; m. Empty when it sees none. */
  readonly groundInEgo: readonly PlanarPoint[]
  /** From the camera's place on the ground to the nearest ground it sees; m. Absent when it sees none. */
  readonly nearestM?: number
}

/** Directions from the ego's origin in which no camera sees; rad, counter-clockwise from `fromRad` to `toRad`. */
export interface CoverageGap {
  readonly fromRad: number
  readonly toRad: number
}

export interface Coverage {
  readonly cameras: readonly CameraCoverage[]
  readonly gaps: readonly CoverageGap[]
}

/** Columns of an image that are followed to the ground. */
const COLUMNS = 48
/** Halvings of the height of an image: to 0.01 px of 4000. */
const HALVINGS = 18
/** Steps around the car in which gaps are looked for; half a degree each. */
const DIRECTIONS = 720
/** What moves at this height (a waist's) and this distance shall be seen; m. */
const LOOK = { distanceM: 20, heightM: 1 } as const

/** `rangeM`: how far from the camera ground is counted as seen. */
export const coverageOf = (rig: Rig, rangeM: number): Coverage => ({
  cameras: rig.cameras.map((camera) => groundOf(camera, rangeM)),
  gaps: gapsOf(rig),
})

const groundOf = (camera: RigCamera, rangeM: number): CameraCoverage => {
  const place = { xM: camera.egoFromCamera.translation.x, yM: camera.egoFromCamera.translation.y }
  const away = ({ xM, yM }: PlanarPoint) => Math.hypot(xM - place.xM, yM - place.yM)
  const near: PlanarPoint[] = []
  const far: PlanarPoint[] = []
  for (let column = 0; column <= COLUMNS; column += 1) {
    const x = (camera.width * column) / COLUMNS
    const seen = (y: number) => {
      const point = groundPointAtPixel(camera, { x, y })
      return point && away(point) <= rangeM ? point : undefined
    }
    const bottom = seen(camera.height)
    if (!bottom) continue
    let low = camera.height
    let high = 0
    for (let halving = 0; halving < HALVINGS; halving += 1) {
      const middle = (low + high) / 2
      if (seen(middle)) low = middle
      else high = middle
    }
    near.push(bottom)
    far.push(seen(low) ?? bottom)
  }
  if (near.length < 2) return { view: camera.view, groundInEgo: [] }
  return { view: camera.view, groundInEgo: [...near, ...far.toReversed()], nearestM: Math.min(...near.map(away)) }
}

/** Directions of the side borders, at the height of the camera, tell what is between them. */
const sees = (camera: RigCamera, directionRad: number): boolean => {
  const { translation } = camera.egoFromCamera
  const wanted = Math.atan2(
    LOOK.distanceM * Math.sin(directionRad) - translation.y,
    LOOK.distanceM * Math.cos(directionRad) - translation.x,
  )
  const bearing = (pixel: Pixel) => {
    const ray = rayThroughPixel(camera, pixel)
    return ray && Math.atan2(ray.direction.y, ray.direction.x)
  }
  // The row that looks at the height in question: near the middle for any camera that looks ahead.
  const y = rowOf(camera)
  const left = bearing({ x: 0, y })
  const right = bearing({ x: camera.width, y })
  const middle = bearing({ x: camera.width / 2, y })
  if (left === undefined || right === undefined || middle === undefined) return false
  const toLeft = normaliseAngle(left - middle)
  const toRight = normaliseAngle(right - middle)
  const off = normaliseAngle(wanted - middle)
  return off <= toLeft && off >= toRight
}

const rowOf = (camera: RigCamera): number => {
  const slope = (LOOK.heightM - camera.egoFromCamera.translation.z) / LOOK.distanceM
  let low = camera.height
  let high = 0
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2
    const ray = rayThroughPixel(camera, { x: camera.width / 2, y: middle })
    if (!ray || ray.direction.z / Math.hypot(ray.direction.x, ray.direction.y) < slope) low = middle
    else high = middle
  }
  return low
}

const gapsOf = ({ cameras }: Rig): readonly CoverageGap[] => {
  const step = (2 * Math.PI) / DIRECTIONS
  const seen = Array.from({ length: DIRECTIONS }, (_, index) => cameras.some((camera) => sees(camera, index * step)))
  const start = seen.indexOf(true)
  if (start < 0) return [{ fromRad: -Math.PI, toRad: Math.PI }]
  const gaps: CoverageGap[] = []
  let from: number | undefined
  for (let turn = start; turn <= start + DIRECTIONS; turn += 1) {
    const here = seen[turn % DIRECTIONS]
    if (!here) from ??= turn
    else if (from !== undefined) {
      gaps.push({ fromRad: normaliseAngle(from * step), toRad: normaliseAngle(turn * step) })
      from = undefined
    }
  }
  return gaps
}
