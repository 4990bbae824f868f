import type { View } from '#messages'
import { checkLens } from './check-lens.ts'
import { checkOrientation, swappedSides } from './check-orientation.ts'
import { type Complaint, inWords, type RigFinding } from './rig-finding.ts'
import type { Rig, RigCamera } from './rig-schema.ts'

/** Mounted higher than this is no car: the roof of a van with a bar is at 3 m; m. */
const MAX_HEIGHT_M = 4
/** Further than this from the rear axle is off the vehicle: a long van is 7 m; m. */
const MAX_DISTANCE_M = 10
/** Clocks further apart than this are not synchronised at all; ms. */
const MAX_TIME_OFFSET_MS = 1000
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
      [
        ...checkOrientation(camera, isSwapped(camera.view)),
        ...place(camera),
        ...checkLens(camera),
        ...timing(camera),
      ].map((finding) => ({ ...finding, where: `cameras[${index}] (${camera.view})` })),
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

const place = ({ egoFromCamera: { translation } }: RigCamera): Complaint[] => [
  ...(translation.z > 0 && translation.z <= MAX_HEIGHT_M
    ? []
    : [
        {
          code: 'RIG_CAMERA_HEIGHT',
          expected: `egoFromCamera.translation.z above the ground and at most ${MAX_HEIGHT_M} m`,
          found: `${inWords(translation.z)} m`,
        },
      ]),
  ...(Math.hypot(translation.x, translation.y) <= MAX_DISTANCE_M
    ? []
    : [
        {
          code: 'RIG_CAMERA_FAR',
          expected: `a camera within ${MAX_DISTANCE_M} m of the rear axle`,
          found: `${inWords(Math.hypot(translation.x, translation.y))} m: is it in millimetres?`,
        },
      ]),
]

const timing = ({ timeOffsetMs }: RigCamera): Complaint[] =>
  Math.abs(timeOffsetMs) <= MAX_TIME_OFFSET_MS
    ? []
    : [
        {
          code: 'RIG_TIME_OFFSET',
          expected: `timeOffsetMs within ${MAX_TIME_OFFSET_MS} ms`,
          found: `${inWords(timeOffsetMs)} ms: is it in ns, or of clocks that are not synchronised?`,
        },
      ]
