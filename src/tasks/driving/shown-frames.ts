import type { FrameSet, ModelRequest_Part } from '#messages'
import { secondsText } from './fixed-point.ts'
import type { FramesConfig } from './frames-config.ts'
import { type FrameSets, imageOf, part, shownViews, viewsText } from './surround.ts'
import { videoParts, videosText } from './view-videos.ts'

/** What a question shows. */
export interface ShownFrames {
  readonly sets: FrameSets
  readonly as: FramesConfig['as']
}

/** The media of a question, which come before all text: as MiMo-Embodied was asked. */
export const mediaParts = ({ sets, as }: ShownFrames): readonly ModelRequest_Part[] =>
  as === 'video' ? videoParts(sets) : sets.flatMap(imageParts)

/** What the media show, and when where that is more than one instant. */
export const shownText = ({ sets, as }: ShownFrames): string => (as === 'video' ? videosText(sets) : imagesText(sets))

const imageParts = (frameSet: FrameSet): readonly ModelRequest_Part[] =>
  shownViews(frameSet).map((view) => part({ case: 'image', value: imageOf(frameSet, view)! }))

const imagesText = (sets: FrameSets): string => {
  if (sets.length === 1) return viewsText(sets[0], 'image')
  let first = 1
  const lines = sets.map((frameSet) => {
    const line = `At ${secondsText(frameSet, sets.at(-1)!)} s: ${viewsText(frameSet, 'image', first)}`
    first += shownViews(frameSet).length
    return line
  })
  return lines.join('\n')
}
