import { create } from '@bufbuild/protobuf'
import { type FrameSet, FrameSetSchema, VIEWS } from '#messages'

/** Six views after three seconds straight on at 5 m/s. */
export const STRAIGHT_SET: FrameSet = create(FrameSetSchema, {
  number: 1n,
  referenceTimeNs: 1n,
  views: VIEWS.map((view) => ({ view, image: { topic: `/sensors/camera/${view}` }, captureTimeNs: 1n })),
  egoHistory: Array.from({ length: 7 }, (_, index) => ({
    timeS: (index - 6) / 2,
    xM: (index - 6) * 2.5,
    yM: 0,
    headingRad: 0,
    speedMps: 5,
  })),
})
