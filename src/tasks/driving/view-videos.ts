import { create } from '@bufbuild/protobuf'
import { type ImageRef, type ModelRequest_Part, ModelRequest_VideoSchema, type View } from '#messages'
import { secondsText } from './fixed-point.ts'
import { type FrameSets, imageOf, listed, nameOf, part, shownViews, viewsText } from './surround.ts'

/** Of the frames as they were taken; Hz. A single frame has no rate, and the model sees none. */
const rateOf = (sets: FrameSets): number => {
  const spanNs = sets.at(-1)!.referenceTimeNs - sets[0].referenceTimeNs
  if (sets.length === 1) return 1
  if (spanNs <= 0n) throw new Error('the sets of a video go forward in time')
  return (sets.length - 1) / (Number(spanNs) / 1e9)
}

/** A view that a set lacks is shown there as in the set after it; the last set has it. */
const framesOf = (sets: FrameSets, view: View): ImageRef[] => {
  let image: ImageRef | undefined
  const frames = sets.toReversed().map((frameSet) => {
    image = imageOf(frameSet, view) ?? image
    if (!image) throw new Error(`the last set of a video of the ${nameOf(view)} has it`)
    return image
  })
  return frames.reverse()
}

/** One video for each view of the last set: a view that is missing now is not shown, however lately it was there. */
export const videoParts = (sets: FrameSets): readonly ModelRequest_Part[] =>
  shownViews(sets.at(-1)!).map((view) =>
    part({
      case: 'video',
      value: create(ModelRequest_VideoSchema, { frames: framesOf(sets, view), fps: rateOf(sets) }),
    }),
  )

export const videosText = (sets: FrameSets): string => {
  const last = sets.at(-1)!
  const text = viewsText(last, 'video')
  const views = shownViews(last)
  if (sets.length === 1 || views.length === 0) return text
  const times = sets.map((frameSet) => secondsText(frameSet, last))
  const repeated = sets.flatMap((frameSet, index) =>
    views.filter((view) => !imageOf(frameSet, view)).map((view) => `the ${nameOf(view)} at ${times[index]} s`),
  )
  const stoodIn = repeated.length === 0 ? '' : ` The next frame stands in for ${listed(repeated)}.`
  return `${text} Frames at ${listed(times)} s.${stoodIn}`
}
