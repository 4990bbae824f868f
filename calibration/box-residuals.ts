import type { Box2 } from '#geometry'
import type { View } from '#messages'
import { inWords, type RigFinding } from './rig-finding.ts'
import type { RigCamera } from './rig-schema.ts'

/** One agent's box in an image: as the rig draws it, and as it is known to be; px of the original image. */
export interface BoxPair {
  readonly drawn: Box2
  readonly known: Box2
}

/** How far known boxes are from where the rig draws them. */
export interface BoxResiduals {
  readonly view: View
  /** Boxes that lie wholly inside the image; others say less. */
  readonly boxes: number
  /** Known minus drawn, of the middles: right and down positive; px. Absent for no boxes, like all below. */
  readonly meanX?: number
  readonly meanY?: number
  /** Largest of the four edges of a box; px. */
  readonly medianPx?: number
  readonly p95Px?: number
}

/** An edge this near to the border of the image is cut by it; px. */
const BORDER_PX = 2
/** A mean shift below this is within what annotators draw; px. */
const SHIFT_PX = 3
/** And it must be this many times its own uncertainty. */
const SURE = 4
/** Fewer boxes prove nothing. */
const LEAST_BOXES = 3

const inside = ({ minX, minY, maxX, maxY }: Box2, { width, height }: RigCamera): boolean =>
  minX > BORDER_PX && minY > BORDER_PX && maxX < width - BORDER_PX && maxY < height - BORDER_PX

export const boxResiduals = (camera: RigCamera, pairs: readonly BoxPair[]): BoxResiduals => {
  const { view } = camera
  const whole = pairs.filter(({ drawn, known }) => inside(drawn, camera) && inside(known, camera))
  if (whole.length === 0) return { view, boxes: 0 }
  const { x, y } = shiftsOf(whole)
  const worst = whole
    .map(({ drawn, known }) =>
      Math.max(...(['minX', 'minY', 'maxX', 'maxY'] as const).map((edge) => Math.abs(known[edge] - drawn[edge]))),
    )
    .toSorted((a, b) => a - b)
  const rank = (share: number) => worst[Math.max(Math.ceil(share * worst.length) - 1, 0)]!
  return { view, boxes: whole.length, meanX: mean(x), meanY: mean(y), medianPx: rank(0.5), p95Px: rank(0.95) }
}

/** What a shift common to the boxes of a camera says of the rig; empty when there is none to speak of. */
export const checkResiduals = (camera: RigCamera, where: string, pairs: readonly BoxPair[]): readonly RigFinding[] => {
  const whole = pairs.filter(({ drawn, known }) => inside(drawn, camera) && inside(known, camera))
  if (whole.length < LEAST_BOXES) return []
  const { x, y } = shiftsOf(whole)
  const sure = [x, y].some(
    (shifts) =>
      Math.abs(mean(shifts)) > SHIFT_PX && Math.abs(mean(shifts)) > (SURE * spread(shifts)) / Math.sqrt(shifts.length),
  )
  if (!sure) return []
  const degrees = (shiftPx: number, focalPx: number) =>
    inWords((Math.atan(Math.abs(shiftPx) / focalPx) * 180) / Math.PI)
  // What appears too far right is seen by a camera that is turned to the left.
  const sideways = `${degrees(mean(x), camera.model.fx)} degrees to the ${mean(x) > 0 ? 'left' : 'right'}`
  const upDown = `${degrees(mean(y), camera.model.fy)} degrees ${mean(y) > 0 ? 'up' : 'down'}`
  return [
    {
      code: 'RIG_BOXES_SHIFTED',
      where,
      expected: `known boxes within ${SHIFT_PX} px of where the rig draws them, on average`,
      found: `${inWords(mean(x))} px to the right and ${inWords(mean(y))} px down in ${whole.length} boxes, as if the camera were turned ${sideways} and ${upDown} of what the rig says, or its time offset were wrong`,
    },
  ]
}

const shiftsOf = (pairs: readonly BoxPair[]) => ({
  x: pairs.map(({ drawn, known }) => (known.minX + known.maxX - drawn.minX - drawn.maxX) / 2),
  y: pairs.map(({ drawn, known }) => (known.minY + known.maxY - drawn.minY - drawn.maxY) / 2),
})

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const spread = (values: readonly number[]): number => {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(values.length - 1, 1))
}
