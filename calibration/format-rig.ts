import { Document } from 'yaml'
import type { Rig } from './rig-schema.ts'

const UNITS = ` Units: m, px, rad, ms. Ego frame: x forward, y left, z up, origin on the ground under the rear axle.
 Camera frame: x right, y down, z forward. egoFromCamera takes points in the camera frame to the ego frame.
 timeOffsetMs is added to the capture stamp.`

/** Rig -> rig file that parseRig reads back as the same rig. `comment`: where the numbers come from. */
export const formatRig = (rig: Rig, comment: string): string => {
  const document = new Document(rig)
  document.commentBefore = `${comment
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n')}\n\n${UNITS}`
  return document.toString({ lineWidth: 120 })
}
