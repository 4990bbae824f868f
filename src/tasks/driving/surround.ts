import { create } from '@bufbuild/protobuf'
import { type FrameSet, type ModelRequest_Part, ModelRequest_PartSchema, VIEWS, type View } from '#messages'

const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six'] as const

const nameOf = (view: string): string => `${view.replaceAll('_', ' ')} view`

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

export const textPart = (text: string): ModelRequest_Part =>
  create(ModelRequest_PartSchema, { part: { case: 'text', value: text } })

/** The set's images in the order that MiMo-Embodied was trained on, whatever order the rig has. */
export const imageParts = ({ views }: FrameSet): readonly ModelRequest_Part[] =>
  VIEWS.flatMap((name) =>
    views.flatMap(({ view, image }) =>
      view === name && image ? [create(ModelRequest_PartSchema, { part: { case: 'image', value: image } })] : [],
    ),
  )

/**
 * Names the images in their order, in the words of MiMo-Embodied's surround-view tasks (`<image>` is plain text there
 * too), and the views that are missing.
 */
export const viewsText = ({ views, missingViews }: FrameSet): string => {
  const present = VIEWS.filter((name) => views.some(({ view }) => view === name))
  const missing = VIEWS.filter((name: View) => missingViews.includes(name))
  const slots = present.map((_, index) => `${index + 1}: <image>`).join(' ')
  const these = present.length === 1 ? 'This image is' : `These ${COUNTS[present.length]} images are`
  const absent = missing.length === 0 ? '' : ` Missing: the ${listed(missing.map(nameOf))}.`
  return present.length === 0
    ? `There are no images.${absent}`
    : `${slots}. ${these} the ${listed(present.map(nameOf))} of the ego vehicle.${absent}`
}
