import type { Bundle } from '#compiler'
import { patchCount } from '../preprocess/patchify.ts'
import type { VisionInput } from '../preprocess/vision-input.ts'
import { visionRotary } from '../prompt/rotary.ts'
import type { Segments } from '../prompt/window-order.ts'
import type { Session, Tensors } from './session.ts'

/**
 * Features (image tokens, H) of one image or video. One run each: what an image gives does not depend on the images
 * beside it, nor on which of them were encoded before.
 */
export const encodeVision = async (session: Session, input: VisionInput, bundle: Bundle): Promise<Float32Array> => {
  const { layout, pixelValues } = input
  const n = patchCount(input.grid)
  const { cos, sin } = visionRotary(layout, bundle.vision)
  const { features } = await session.run({
    pixel_values: { data: pixelValues, dims: [n, pixelValues.length / n] },
    rotary_cos: { data: cos, dims: [n, cos.length / n] },
    rotary_sin: { data: sin, dims: [n, sin.length / n] },
    ...segmentTensors('window', layout.windows),
    ...segmentTensors('image', layout.slices),
    merge_restore: { data: layout.mergeRestore, dims: [layout.mergeRestore.length] },
  })
  return features!.data as Float32Array
}

const segmentTensors = (name: 'window' | 'image', { rows, length, gather, keyMask, scatter }: Segments): Tensors => ({
  [`${name}_gather`]: { data: gather, dims: [rows, length] },
  [`${name}_key_mask`]: { data: keyMask, dims: [rows, length] },
  [`${name}_scatter`]: { data: scatter, dims: [scatter.length] },
})
