import type { Rig } from '#calibration'

/** One visual token: the smallest image that any model takes; pixels. */
const SIDE = 28

/** The rig with one camera that sees next to nothing: for planners without eyes, since drawing six views is most of the work. */
export const blindfoldedRig = (rig: Rig): Rig => {
  const [camera] = rig.cameras
  if (!camera) return rig
  const middle = (SIDE - 1) / 2
  return {
    ...rig,
    cameras: [
      { ...camera, width: SIDE, height: SIDE, model: { kind: 'pinhole', fx: SIDE, fy: SIDE, cx: middle, cy: middle } },
    ],
  }
}
