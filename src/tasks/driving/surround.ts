import { create } from '@bufbuild/protobuf'
import {
  type FrameSet,
  type ImageRef,
  type ModelRequest_Part,
  ModelRequest_PartSchema,
  VIEWS,
  type View,
} from '#messages'

const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six'] as const

/** At least one, oldest first; a question is about the last. */
export type FrameSets = readonly [...FrameSet[], FrameSet]

export const nameOf = (view: string): string => `${view.replaceAll('_', ' ')} view`

export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

export const part = (value: ModelRequest_Part['part']): ModelRequest_Part =>
  create(ModelRequest_PartSchema, { part: value })

export const textPart = (text: string): ModelRequest_Part => part({ case: 'text', value: text })

export const imageOf = ({ views }: FrameSet, name: View): ImageRef | undefined =>
  views.find(({ view, image }) => view === name && image)?.image

/** The set's views with an image, in the order that MiMo-Embodied was trained on, whatever order the rig has. */
export const shownViews = (frameSet: FrameSet): readonly View[] => VIEWS.filter((name) => imageOf(frameSet, name))

/**
 * Names a set's media, numbered from `first`, in the words of MiMo-Embodied's surround-view tasks (`<image>` and `<video>`
 * are plain text there too), and the views that are missing.
 */
export const viewsText = (frameSet: FrameSet, medium: 'image' | 'video', first = 1): string => {
  const present = shownViews(frameSet)
  const missing = VIEWS.filter((name: View) => frameSet.missingViews.includes(name))
  const slots = present.map((_, index) => `${first + index}: <${medium}>`).join(' ')
  const these = present.length === 1 ? `This ${medium} is` : `These ${COUNTS[present.length]} ${medium}s are`
  const absent = missing.length === 0 ? '' : ` Missing: the ${listed(missing.map(nameOf))}.`
  return present.length === 0
    ? `There are no ${medium}s.${absent}`
    : `${slots}. ${these} the ${listed(present.map(nameOf))} of the ego vehicle.${absent}`
}
