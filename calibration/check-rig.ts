import { normaliseAngle, quaternionLength, rotateVector, type Vector3 } from '#geometry'
import type { View } from '#messages'
import { borderPixels } from './frustum.ts'
import { modelOf } from './models/index.ts'
import { QUATERNION_ROUNDING } from './parse-rig.ts'
import type { Rig, RigCamera } from './rig-schema.ts'

/** What is hard to believe about a rig, in words. */
export interface RigFinding {
  /** Stable, as in RIG_SIDES_SWAPPED. */
  readonly code: string
  /** As in cameras[2] (front_left), or cameras. */
  readonly where: string
  readonly expected: string
  readonly found: string
}

/** Mounted higher than this is no car: the roof of a van with a bar is at 3 m; m. */
const MAX_HEIGHT_M = 4
/** Further than this from the rear axle is off the vehicle: a long van is 7 m; m. */
const MAX_DISTANCE_M = 10
/** A narrower one is a telescope, a wider one is beyond what these models can describe; degrees. */
const FIELD_OF_VIEW_DEG = { min: 10, max: 179 } as const
/** Clocks further apart than this are not synchronised at all; ms. */
const MAX_TIME_OFFSET_MS = 1000
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

const degrees = (rad: number): number => (rad * 180) / Math.PI
const number = (value: number): string => Number(value.toPrecision(4)).toString()

interface Axes {
  readonly headingDeg: number
  readonly elevationDeg: number
  /** Down in the image. */
  readonly down: Vector3
}

const axesOf = ({ egoFromCamera: { rotation } }: RigCamera): Axes => {
  const axis = rotateVector(rotation, { x: 0, y: 0, z: 1 })
  return {
    headingDeg: degrees(Math.atan2(axis.y, axis.x)),
    elevationDeg: degrees(Math.asin(Math.min(Math.max(axis.z, -1), 1))),
    down: rotateVector(rotation, { x: 0, y: 1, z: 0 }),
  }
}

const hasUnitRotation = ({ egoFromCamera: { rotation } }: RigCamera): boolean =>
  Math.abs(quaternionLength(rotation) - 1) <= QUATERNION_ROUNDING

const looksAsNamed = (view: View, headingDeg: number): boolean => {
  const { centre, within } = HEADINGS[view]
  return Math.abs(degrees(normaliseAngle(((headingDeg - centre) * Math.PI) / 180))) <= within
}

/** Everything about the rig that is hard to believe; empty for one that may be driven with. */
export const checkRig = (rig: Rig): readonly RigFinding[] => {
  const swapped = swappedSides(rig)
  const isSwapped = (view: View) => swapped.some(([left, right]) => view === left || view === right)
  return [
    ...viewsTwice(rig),
    ...swapped.map(([left, right]) => ({
      code: 'RIG_SIDES_SWAPPED',
      where: 'cameras',
      expected: `${left} to look left and ${right} to look right of the car (ego y is left)`,
      found: 'each on the other side: left and right are swapped, in the views or in the signs of y',
    })),
    ...rig.cameras.flatMap((camera, index) =>
      [...orientation(camera, isSwapped(camera.view)), ...place(camera), ...lens(camera), ...timing(camera)].map(
        (finding) => ({ ...finding, where: `cameras[${index}] (${camera.view})` }),
      ),
    ),
  ]
}

const viewsTwice = ({ cameras }: Rig): RigFinding[] =>
  cameras.flatMap(({ view }, index) => {
    const first = cameras.findIndex((camera) => camera.view === view)
    if (first === index) return []
    return [
      {
        code: 'RIG_VIEW_TWICE',
        where: `cameras[${index}] (${view})`,
        expected: 'one camera a view',
        found: `${view} is also cameras[${first}]`,
      },
    ]
  })

const swappedSides = ({ cameras }: Rig): readonly (readonly [View, View])[] =>
  OPPOSITES.filter((pair) =>
    pair.every((view, index) => {
      const camera = cameras.find((other) => other.view === view)
      if (!camera || !hasUnitRotation(camera)) return false
      const { headingDeg, elevationDeg } = axesOf(camera)
      const other = pair[1 - index]!
      return elevationDeg <= MAX_ELEVATION_DEG && !looksAsNamed(view, headingDeg) && looksAsNamed(other, headingDeg)
    }),
  )

type Complaint = Omit<RigFinding, 'where'>

const orientation = (camera: RigCamera, swapped: boolean): Complaint[] => {
  const { rotation } = camera.egoFromCamera
  if (!hasUnitRotation(camera)) {
    return [
      {
        code: 'RIG_QUATERNION',
        expected: 'egoFromCamera.rotation of length 1',
        found: `length ${number(quaternionLength(rotation))}: a digit is wrong, or it is no quaternion`,
      },
    ]
  }
  const { headingDeg, elevationDeg, down } = axesOf(camera)
  if (elevationDeg > MAX_ELEVATION_DEG) {
    return [
      {
        code: 'RIG_OPTICAL_FRAME',
        expected: `the camera's z axis, along which it looks, at most ${MAX_ELEVATION_DEG} degrees above level`,
        found: `${number(elevationDeg)} degrees: is this the rotation of a body frame (x forward, z up) and not of the optical frame (x right, y down, z forward)?`,
      },
    ]
  }
  const rollDeg = degrees(Math.acos(Math.min(Math.max(-down.z / Math.hypot(down.x, down.y, down.z), -1), 1)))
  if (rollDeg > MAX_ROLL_DEG && elevationDeg > -MAX_ELEVATION_DEG) {
    return [
      {
        code: 'RIG_CAMERA_ROLLED',
        expected: `down in the image (the camera's y axis) to be down in ego, within ${MAX_ROLL_DEG} degrees`,
        found: `${number(rollDeg)} degrees off: is the camera upside down, or the rotation that of cameraFromEgo?`,
      },
    ]
  }
  if (swapped || looksAsNamed(camera.view, headingDeg)) return []
  const { centre, within } = HEADINGS[camera.view]
  return [
    {
      code: 'RIG_VIEW_DIRECTION',
      expected: `${camera.view} to look ${centre} degrees from ahead (left positive), give or take ${within}`,
      found: `${number(headingDeg)} degrees`,
    },
  ]
}

const place = ({ egoFromCamera: { translation } }: RigCamera): Complaint[] => [
  ...(translation.z > 0 && translation.z <= MAX_HEIGHT_M
    ? []
    : [
        {
          code: 'RIG_CAMERA_HEIGHT',
          expected: `egoFromCamera.translation.z above the ground and at most ${MAX_HEIGHT_M} m`,
          found: `${number(translation.z)} m`,
        },
      ]),
  ...(Math.hypot(translation.x, translation.y) <= MAX_DISTANCE_M
    ? []
    : [
        {
          code: 'RIG_CAMERA_FAR',
          expected: `a camera within ${MAX_DISTANCE_M} m of the rear axle`,
          found: `${number(Math.hypot(translation.x, translation.y))} m: is it in millimetres?`,
        },
      ]),
]

const lens = (camera: RigCamera): Complaint[] => {
  const { model, width, height } = camera
  const { direction } = modelOf(model)
  const findings: Complaint[] = []
  if (model.cx < 0 || model.cx > width || model.cy < 0 || model.cy > height) {
    findings.push({
      code: 'RIG_PRINCIPAL_POINT',
      expected: `cx, cy inside the image of ${width}x${height} px`,
      found: `${number(model.cx)}, ${number(model.cy)}: are the intrinsics of another image size?`,
    })
  }
  const blind = borderPixels(camera).filter((pixel) => !direction(model, pixel)).length
  if (blind > 0) {
    findings.push({
      code: 'RIG_DISTORTION_FOLDS',
      expected: 'one direction for each pixel of the image',
      found: `none for ${blind} of ${borderPixels(camera).length} pixels along its border: the distortion folds back inside the image`,
    })
  }
  const across = [
    ['horizontal', { x: 0, y: model.cy }, { x: width, y: model.cy }],
    ['vertical', { x: model.cx, y: 0 }, { x: model.cx, y: height }],
  ] as const
  for (const [name, from, to] of across) {
    const a = direction(model, from)
    const b = direction(model, to)
    if (!a || !b) continue
    const fieldDeg = degrees(name === 'horizontal' ? Math.atan(b.x) - Math.atan(a.x) : Math.atan(b.y) - Math.atan(a.y))
    if (fieldDeg < FIELD_OF_VIEW_DEG.min || fieldDeg > FIELD_OF_VIEW_DEG.max) {
      findings.push({
        code: 'RIG_FIELD_OF_VIEW',
        expected: `a ${name} field of view of ${FIELD_OF_VIEW_DEG.min} to ${FIELD_OF_VIEW_DEG.max} degrees`,
        found: `${number(fieldDeg)} degrees: is the focal length in pixels of this image size?`,
      })
    }
  }
  return findings
}

const timing = ({ timeOffsetMs }: RigCamera): Complaint[] =>
  Math.abs(timeOffsetMs) <= MAX_TIME_OFFSET_MS
    ? []
    : [
        {
          code: 'RIG_TIME_OFFSET',
          expected: `timeOffsetMs within ${MAX_TIME_OFFSET_MS} ms`,
          found: `${number(timeOffsetMs)} ms: is it in ns, or of clocks that are not synchronised?`,
        },
      ]
