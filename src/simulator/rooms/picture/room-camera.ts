import type { Point3 } from '../shapes/mesh.ts'

/** A camera in the room's frame (x right along the wall, y towards it, z up; m), without a bent lens; px. */
export interface RoomCamera {
  readonly width: number
  readonly height: number
  readonly focalPx: number
  readonly eye: Point3
  /** Of length 1: to the right of the image, down it, and out of the lens. */
  readonly right: Point3
  readonly down: Point3
  readonly ahead: Point3
}

export interface CameraPlace {
  readonly width: number
  readonly height: number
  /** Across the image; rad. */
  readonly fieldOfViewRad: number
  readonly eye: Point3
  readonly target: Point3
}

export const roomCamera = ({ width, height, fieldOfViewRad, eye, target }: CameraPlace): RoomCamera => {
  const towards = target.map((value, axis) => value - eye[axis]!)
  const lengthM = Math.hypot(...towards)
  const ahead = towards.map((value) => value / lengthM) as unknown as Point3
  const level = Math.hypot(ahead[0], ahead[1]) || 1
  const right: Point3 = [ahead[1] / level, -ahead[0] / level, 0]
  const down: Point3 = [
    ahead[1] * right[2] - ahead[2] * right[1],
    ahead[2] * right[0] - ahead[0] * right[2],
    ahead[0] * right[1] - ahead[1] * right[0],
  ]
  return { width, height, focalPx: width / 2 / Math.tan(fieldOfViewRad / 2), eye, right, down, ahead }
}

/** Room -> on the floor as the camera sees it: to the right and away from it; m. Left, right, near and far mean these. */
export const onCameraGround = ({ eye, right }: RoomCamera, [x, y]: readonly [number, number, ...number[]]) => {
  const [fromX, fromY] = [x - eye[0], y - eye[1]]
  return { rightM: fromX * right[0] + fromY * right[1], awayM: -fromX * right[1] + fromY * right[0] }
}
