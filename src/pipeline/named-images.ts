import type { FrameSet } from '#messages'
import type { State } from './state.ts'

/** Event stamps of the images that a question to come may show; ns since the Unix epoch. */
export const namedImages = ({ remembered, waiting, round }: State): ReadonlySet<bigint> => {
  const sets: readonly (FrameSet | undefined)[] = [...remembered, waiting, ...(round?.earlier ?? []), round?.frameSet]
  const images = sets.flatMap((frameSet) => frameSet?.views.map(({ image }) => image?.eventTimeNs) ?? [])
  return new Set(images.filter((stamp) => stamp !== undefined))
}
