import type { Rig } from '#calibration'
import { boxPixels } from '#geometry'
import { type FrameSet, type Perception, Perception_Occlusion, PixelSpace } from '#messages'
import type { BoxesOfImage, Hidden } from '#scene'

const HIDDEN: Readonly<Partial<Record<Perception_Occlusion, Hidden>>> = {
  [Perception_Occlusion.NONE]: 'not',
  [Perception_Occlusion.PARTLY]: 'partly',
  [Perception_Occlusion.MOSTLY]: 'mostly',
}

/** What the model drew around objects, in pixels of the images as published; keys are the objects' numbers. In the order of the rig. */
export const perceivedBoxes = (
  perception: Perception,
  { views }: FrameSet,
  { cameras }: Rig,
): readonly BoxesOfImage[] =>
  cameras.flatMap(({ view, timeOffsetMs }) => {
    const frame = views.find((candidate) => candidate.view === view)
    if (!frame) return []
    const boxes = perception.objects.flatMap(({ box, label, occlusion }, index) => {
      if (!box || box.image?.view !== view) return []
      const hidden = HIDDEN[occlusion]
      const pixels = boxPixels(box, PixelSpace.ORIGINAL)
      return [{ key: String(index), label, box: pixels, ...(hidden ? { hidden } : {}) }]
    })
    // The scene applies the rig's offset itself.
    return [{ view, captureTimeNs: frame.captureTimeNs - BigInt(Math.round(timeOffsetMs * 1e6)), boxes }]
  })
