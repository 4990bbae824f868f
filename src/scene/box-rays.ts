import { type Pixel, type RigCamera, rayThroughPixel } from '#calibration'
import { type Box2, normaliseAngle, type PlanarPoint } from '#geometry'

/** What the edges of a box say as directions from the camera, in the ego frame. */
export interface BoxRays {
  /** The camera's place on the ground, in ego; m. */
  readonly cameraInEgo: PlanarPoint
  readonly cameraHeightM: number
  /** Rise over horizontal run of the rays through the middle of the lower and the upper edge. */
  readonly bottomSlope: number
  readonly topSlope: number
  /** 1-sigma of those slopes, for 1 px of the edges. */
  readonly slopePerPx: number
  /** Direction of the middle of the box, in ego; rad. */
  readonly bearingRad: number
  /**
   * The lower edge is a line on the ground, which the agent touches from beyond. Direction of its normal, away from the
   * camera, in ego; rad. In an ideal lens it is the optical axis, wherever in the image the box is.
   */
  readonly beyondRad: number
  /** Of the box; rad. */
  readonly angularWidthRad: number
  readonly bearingPerPx: number
  readonly cut: { readonly left: boolean; readonly right: boolean; readonly top: boolean; readonly bottom: boolean }
}

/** An edge this near to the border of the image is the border's, not the agent's; px. Boxes are whole pixels. */
const BORDER_PX = 1.5

interface Direction {
  readonly slope: number
  readonly bearingRad: number
}

const directionAt = (camera: RigCamera, pixel: Pixel): Direction | undefined => {
  const ray = rayThroughPixel(camera, pixel)
  if (!ray) return undefined
  const run = Math.hypot(ray.direction.x, ray.direction.y)
  // Straight down or up there is no bearing.
  if (run < 1e-6) return undefined
  return { slope: ray.direction.z / run, bearingRad: Math.atan2(ray.direction.y, ray.direction.x) }
}

/** A column of the box: its direction and how much slope there is between its ends. */
const columnAt = (camera: RigCamera, { minY, maxY }: Box2, x: number) => {
  const bottom = directionAt(camera, { x, y: maxY })
  const top = directionAt(camera, { x, y: minY })
  return bottom && top && top.slope > bottom.slope ? { bottom, top, rise: top.slope - bottom.slope } : undefined
}

/** Undefined where the lens does not see, straight below the camera, or in a camera on its head. */
export const boxRays = (camera: RigCamera, box: Box2): BoxRays | undefined => {
  const { minX, minY, maxX, maxY } = box
  const left = columnAt(camera, box, minX)
  const middle = columnAt(camera, box, (minX + maxX) / 2)
  const right = columnAt(camera, box, maxX)
  if (!left || !middle || !right) return undefined
  const { x, y, z } = camera.egoFromCamera.translation
  const widthRad = normaliseAngle(left.bottom.bearingRad - right.bottom.bearingRad)
  if (widthRad <= 0) return undefined
  // Whatever is equally high on a line of the image is as far away as its rise is small.
  const alongX = Math.cos(left.bottom.bearingRad) / left.rise - Math.cos(right.bottom.bearingRad) / right.rise
  const alongY = Math.sin(left.bottom.bearingRad) / left.rise - Math.sin(right.bottom.bearingRad) / right.rise
  return {
    cameraInEgo: { xM: x, yM: y },
    cameraHeightM: z,
    bottomSlope: middle.bottom.slope,
    topSlope: middle.top.slope,
    slopePerPx: middle.rise / (maxY - minY),
    bearingRad: normaliseAngle(right.bottom.bearingRad + widthRad / 2),
    beyondRad: Math.atan2(-alongX, alongY),
    angularWidthRad: widthRad,
    bearingPerPx: widthRad / (maxX - minX),
    cut: {
      left: minX <= BORDER_PX,
      right: maxX >= camera.width - BORDER_PX,
      top: minY <= BORDER_PX,
      bottom: maxY >= camera.height - BORDER_PX,
    },
  }
}
