import { type Rig, rigSchema } from '#calibration'
import type { View } from '#messages'
import { FRAME } from './draw-frames.ts'

/** Left of straight on, in the order in which the model is asked; rad. */
const YAW_RAD: Readonly<Record<View, number>> = {
  front: 0,
  front_left: Math.PI / 3,
  front_right: -Math.PI / 3,
  back: Math.PI,
  back_left: (2 * Math.PI) / 3,
  back_right: (-2 * Math.PI) / 3,
}

/** Optical frame (x right, y down, z forward) looking along ego x, turned about z: (0, 0, sin, cos) times (-, +, -, +) / 2. */
const lookingTo = (yawRad: number) => {
  const [sin, cos] = [Math.sin(yawRad / 2) / 2, Math.cos(yawRad / 2) / 2]
  return { x: -cos - sin, y: cos - sin, z: -cos + sin, w: cos + sin }
}

/** Six ideal cameras of 1600 x 900 around a car. */
export const SURROUND_RIG: Rig = rigSchema.parse({
  name: 'bench',
  cameras: Object.entries(YAW_RAD).map(([view, yawRad]) => ({
    view,
    width: FRAME.width,
    height: FRAME.height,
    model: { kind: 'pinhole', fx: 1260, fy: 1260, cx: 799.5, cy: 449.5 },
    egoFromCamera: { translation: { x: 1.5, y: 0, z: 1.5 }, rotation: lookingTo(yawRad) },
  })),
})
