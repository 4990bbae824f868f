import { isInImage, projectPoint, type RigCamera } from '#calibration'
import { applyTransform, invertTransform, type PlanarPoint, type Transform } from '#geometry'

/** A camera whose image is in the set, and where the car was when it exposed. */
export interface OpenEye {
  readonly camera: RigCamera
  readonly mapFromEgo: Transform
}

/** Middle of a small agent above the ground; m. */
const LOOK_AT_HEIGHT_M = 0.6
/** So far inside the image an agent is wholly in it; share of the width. */
const MARGIN_SHARE = 0.02

/** Whether one of the cameras looks at a place on the ground (that the car stands on), hidden by others or not. */
export const isVisible = (eyes: readonly OpenEye[], { xM, yM }: PlanarPoint): boolean =>
  eyes.some(({ camera, mapFromEgo }) => {
    const inEgo = applyTransform(invertTransform(mapFromEgo), { x: xM, y: yM, z: mapFromEgo.translation.z })
    const pixel = projectPoint(camera, { ...inEgo, z: LOOK_AT_HEIGHT_M })
    if (!pixel) return false
    const marginPx = MARGIN_SHARE * camera.width
    return (
      isInImage(camera, { x: pixel.x - marginPx, y: pixel.y }) &&
      isInImage(camera, { x: pixel.x + marginPx, y: pixel.y })
    )
  })
