import { parseRig, type Rig } from '#calibration'
import { multiplyQuaternions, quaternionFromYaw } from '#geometry'
import type { View } from '#messages'

const AHEAD = { x: -0.5, y: 0.5, z: -0.5, w: 0.5 }

/** Ideal cameras 1.5 m above the ground, 90 degrees wide, each looking `headingDeg` to the left of ahead. */
export const toyRig = (headings: Partial<Record<View, number>> = { front: 0 }): Rig =>
  parseRig(
    JSON.stringify({
      cameras: Object.entries(headings).map(([view, headingDeg]) => ({
        view,
        width: 1600,
        height: 900,
        model: { kind: 'pinhole', fx: 800, fy: 800, cx: 800, cy: 450 },
        egoFromCamera: {
          translation: { x: 1, y: 0, z: 1.5 },
          rotation: multiplyQuaternions(quaternionFromYaw((headingDeg * Math.PI) / 180), AHEAD),
        },
      })),
    }),
  )
