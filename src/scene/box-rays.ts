import { type Pixel, type RigCamera, rayThroughPixel } from '#calibration'
import type { Box2, PlanarPoint } from '#geometry'

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
  /** Direction of the middle of the lower edge, in ego; rad. */
  readonly bearingRad: number
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

/** Undefined where the lens does not see, or straight below the camera. */
export const boxRays = (camera: RigCamera, { minX, minY, maxX, maxY }: Box2): BoxRays | undefined => {
  const middleX = (minX + maxX) / 2
  const middleY = (minY + maxY) / 2
  const bottom = directionAt(camera, { x: middleX, y: maxY })
  const top = directionAt(camera, { x: middleX, y: minY })
  const left = directionAt(camera, { x: minX, y: middleY })
  const right = directionAt(camera, { x: maxX, y: middleY })
  if (!bottom || !top || !left || !right) return undefined
  const { x, y, z } = camera.egoFromCamera.translation
  const angularWidthRad = Math.abs(
    Math.atan2(Math.sin(left.bearingRad - right.bearingRad), Math.cos(left.bearingRad - right.bearingRad)),
  )
  return {
    cameraInEgo: { xM: x, yM: y },
    cameraHeightM: z,
    bottomSlope: bottom.slope,
    topSlope: top.slope,
    slopePerPx: Math.abs(top.slope - bottom.slope) / (maxY - minY),
    bearingRad: bottom.bearingRad,
    angularWidthRad,
    bearingPerPx: angularWidthRad / (maxX - minX),
    cut: {
      left: minX <= BORDER_PX,
      right: maxX >= camera.width - BORDER_PX,
      top: minY <= BORDER_PX,
      bottom: maxY >= camera.height - BORDER_PX,
    },
  }
}
