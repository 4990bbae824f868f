import { createHash } from 'node:crypto'
import { OutriderError } from '#errors'
import type { ImageBytes, Part } from '../question.ts'

export type VisionPart = Exclude<Part, { type: 'text' }>

/** What one run of the vision graph takes, and what is kept of it by its key: an image, or a temporal patch of a video. */
export interface VisionUnit {
  readonly type: VisionPart['type']
  /** One image; of a video as many frames as a temporal patch holds, or what is left of them at its end. */
  readonly frames: readonly ImageBytes[]
}

/**
 * An image is one unit. A video is cut into temporal patches, each a run of its own: the tower attends
 * within a temporal patch only, so that what one gives does not depend on those before and after it.
 * Throws MODEL_VIDEO_FRAMES when there is no frame.
 */
export const visionUnits = (part: VisionPart, temporalPatchSize: number): readonly VisionUnit[] => {
  if (part.type === 'image') return [{ type: 'image', frames: [part.image] }]
  const { frames } = part
  if (frames.length === 0) {
    throw new OutriderError({ code: 'MODEL_VIDEO_FRAMES', expected: 'a video of at least one frame', found: 'none' })
  }
  return Array.from({ length: Math.ceil(frames.length / temporalPatchSize) }, (_, patch) => ({
    type: 'video',
    frames: frames.slice(patch * temporalPatchSize, (patch + 1) * temporalPatchSize),
  }))
}

/** Names what the vision graph would see: the same key, the same features. */
export const visionKey = ({ type, frames }: VisionUnit, maxPixels: number | undefined): string => {
  const hash = createHash('sha256').update(`${type} ${maxPixels ?? 'all'}`)
  for (const frame of frames) {
    hash.update(
      frame.kind === 'raw' ? ` raw ${frame.width} ${frame.height} ${frame.step} ${frame.encoding} ` : ' encoded ',
    )
    hash.update(`${frame.data.length} `).update(frame.data)
  }
  return hash.digest('hex')
}
