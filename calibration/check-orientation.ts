import { normaliseAngle, quaternionLength, rotateVector, type Vector3 } from '#geometry'
import type { View } from '#messages'
import { QUATERNION_ROUNDING } from './parse-rig.ts'
import { type Complaint, inDegrees, inWords } from './rig-finding.ts'
import type { Rig, RigCamera } from './rig-schema.ts'

/** The optical axis of a driving camera is level within this; surround cameras look down by up to 60 degrees. */
const MAX_ELEVATION_DEG = 45
/** A camera is mounted upright within this. */
const MAX_ROLL_DEG = 60
/** Where each view may look: heading of the optical axis and how far off it may be; degrees. Neighbours overlap. */
const HEADINGS: Readonly<Record<View, { readonly centre: number; readonly within: number }>> = {
  front: { centre: 0, within: 60 },
  front_left: { centre: 60, within: 55 },
  front_right: { centre: -60, within: 55 },
  back: { centre: 180, within: 60 },
  back_left: { centre: 120, within: 55 },
  back_right: { centre: -120, within: 55 },
}
const OPPOSITES: readonly (readonly [View, View])[] = [
  ['front_left', 'front_right'],
  ['back_left', 'back_right'],
]

interface Axes {
  readonly headingDeg: number
  readonly elevationDeg: number
  /** Down in the image. */
  readonly down: Vector3
}

const axesOf = ({ egoFromCamera: { rotation } }: RigCamera): Axes => {
  const axis = rotateVector(rotation, { x: 0, y: 0, z: 1 })
  return {
    headingDeg: inDegrees(Math.atan2(axis.y, axis.x)),
    elevationDeg: inDegrees(Math.asin(Math.min(Math.max(axis.z, -1), 1))),
    down: rotateVector(rotation, { x: 0, y: 1, z: 0 }),
  }
}

const hasUnitRotation = ({ egoFromCamera: { rotation } }: RigCamera): boolean =>
  Math.abs(quaternionLength(rotation) - 1) <= QUATERNION_ROUNDING

const looksAsNamed = (view: View, headingDeg: number): boolean => {
  const { centre, within } = HEADINGS[view]
  return Math.abs(inDegrees(normaliseAngle(((headingDeg - centre) * Math.PI) / 180))) <= within
}

/** Pairs of views that are both there and look where the other should. */
export const swappedSides = ({ cameras }: Rig): readonly (readonly [View, View])[] =>
  OPPOSITES.filter((pair) =>
    pair.every((view, index) => {
      const camera = cameras.find((other) => other.view === view)
      if (!camera || !hasUnitRotation(camera)) return false
      const { headingDeg, elevationDeg } = axesOf(camera)
      const other = pair[1 - index]!
      return elevationDeg <= MAX_ELEVATION_DEG && !looksAsNamed(view, headingDeg) && looksAsNamed(other, headingDeg)
    }),
  )

/** `swapped`: the view is one of swappedSides and needs no second word. */
export const checkOrientation = (camera: RigCamera, swapped: boolean): Complaint[] => {
  const { rotation } = camera.egoFromCamera
  if (!hasUnitRotation(camera)) {
    return [
      {
        code: 'RIG_QUATERNION',
        expected: 'egoFromCamera.rotation of length 1',
        found: `length ${inWords(quaternionLength(rotation))}: a digit is wrong, or it is no quaternion`,
      },
    ]
  }
  const { headingDeg, elevationDeg, down } = axesOf(camera)
  if (elevationDeg > MAX_ELEVATION_DEG) {
    return [
      {
        code: 'RIG_OPTICAL_FRAME',
        expected: `the camera's z axis, along which it looks, at most ${MAX_ELEVATION_DEG} degrees above level`,
        found: `${inWords(elevationDeg)} degrees: is this the rotation of a body frame (x forward, z up) and not of the optical frame (x right, y down, z forward)?`,
      },
    ]
  }
  const rollDeg = inDegrees(Math.acos(Math.min(Math.max(-down.z / Math.hypot(down.x, down.y, down.z), -1), 1)))
  if (rollDeg > MAX_ROLL_DEG && elevationDeg > -MAX_ELEVATION_DEG) {
    return [
      {
        code: 'RIG_CAMERA_ROLLED',
        expected: `down in the image (the camera's y axis) to be down in ego, within ${MAX_ROLL_DEG} degrees`,
        found: `${inWords(rollDeg)} degrees off: is the camera upside down, or the rotation that of cameraFromEgo?`,
      },
    ]
  }
  if (swapped || looksAsNamed(camera.view, headingDeg)) return []
  const { centre, within } = HEADINGS[camera.view]
  return [
    {
      code: 'RIG_VIEW_DIRECTION',
      expected: `${camera.view} to look ${centre} degrees from ahead (left positive), give or take ${within}`,
      found: `${inWords(headingDeg)} degrees`,
    },
  ]
}
