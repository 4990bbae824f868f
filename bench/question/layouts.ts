import sharp from 'sharp'
import type { Rig } from '#calibration'
import type { Bundle } from '#compiler'
import { VIEWS } from '#messages'
import { promptBudget } from '#model'
import { drawFrames, FRAME } from '../car/draw-frames.ts'
import { SURROUND_RIG } from '../car/surround-rig.ts'

/** No view of the layouts is shown in more than 448x252; pixels. */
export const MAX_PIXELS = 144 * 28 * 28

/** What the cameras publish, in the order of VIEWS: six of nuScenes, or the town's nano car (219 visual tokens). */
export const LAYOUTS = {
  six448x252: VIEWS.map(() => ({ width: FRAME.width, height: FRAME.height })),
  nano: VIEWS.map((view) => (view === 'front' ? { width: 448, height: 252 } : { width: 140, height: 84 })),
} as const
export type Layout = keyof typeof LAYOUTS

/** A picture a view, as large as its camera publishes it. */
export const drawLayout = async (layout: Layout): Promise<readonly Uint8Array[]> => {
  const frames = await drawFrames(VIEWS.length)
  if (layout === 'six448x252') return frames
  return Promise.all(
    frames.map((frame, index) =>
      sharp(frame)
        .resize({ ...LAYOUTS[layout][index], fit: 'fill' })
        .jpeg()
        .toBuffer(),
    ),
  )
}

/** The bench's car with cameras of these sizes. */
export const rigOf = (layout: Layout): Rig => ({
  ...SURROUND_RIG,
  cameras: SURROUND_RIG.cameras.map((camera) => {
    const { width, height } = LAYOUTS[layout][VIEWS.indexOf(camera.view)]!
    const f = (1260 * width) / FRAME.width
    return {
      ...camera,
      width,
      height,
      model: { kind: 'pinhole', fx: f, fy: f, cx: (width - 1) / 2, cy: (height - 1) / 2 },
    }
  }),
})

/** What the model makes of the views. */
export const imageBudgets = (bundle: Bundle, layout: Layout) =>
  promptBudget({ bundle, images: LAYOUTS[layout], maxPixels: MAX_PIXELS, textTokens: 0, maxNewTokens: 0 }).images.map(
    ({ resized, tokens }, index) => ({ view: VIEWS[index]!, ...LAYOUTS[layout][index]!, resized, tokens }),
  )
export type ViewBudget = ReturnType<typeof imageBudgets>[number]
