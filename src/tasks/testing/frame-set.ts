import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { type FrameSet, FrameSetSchema, type ImageSizes, ImageSizesSchema, type ModelRequest, VIEWS } from '#messages'

export const T0 = 1_700_000_000_000_000_000n

/** A set of frames of these views, in an order that is not the model's. */
export const frameSet = (
  views: readonly string[] = VIEWS,
  rest: MessageInitShape<typeof FrameSetSchema> = {},
): FrameSet =>
  create(FrameSetSchema, {
    number: 1n,
    referenceTimeNs: T0,
    views: [...views].reverse().map((view, index) => ({
      view,
      image: {
        topic: `/sensors/camera/${view}`,
        eventTimeNs: T0 + BigInt(index),
        payloadSha256: new Uint8Array(32).fill(VIEWS.indexOf(view as never)),
      },
      captureTimeNs: T0,
    })),
    missingViews: VIEWS.filter((view) => !views.includes(view)),
    ...rest,
  })

/** A moving car's last second. */
export const egoHistory = [
  { timeS: -1, xM: -5, yM: 0.1, headingRad: -0.01, speedMps: 5 },
  { timeS: 0, xM: 0, yM: 0, headingRad: 0, speedMps: 5.2, accelerationMps2: 0.2, yawRateRadps: 0.05 },
]

/** nuScenes' images at the default limit. */
export const imageSizes = (view: string, resizedWidth = 644, resizedHeight = 364): ImageSizes =>
  create(ImageSizesSchema, { view, originalWidth: 1600, originalHeight: 900, resizedWidth, resizedHeight })

/** Sets that end with the one at T0; `views[i]` are those of set i, oldest first. */
export const frameSets = (periodMs: number, ...views: readonly (readonly string[])[]): readonly FrameSet[] =>
  views.map((present, index) => {
    const referenceTimeNs = T0 - BigInt((views.length - 1 - index) * periodMs) * 1_000_000n
    const { views: shown, ...set } = frameSet(present, {
      referenceTimeNs,
      ...(referenceTimeNs === T0 && { egoHistory }),
    })
    const taken = shown.map((view) => ({ ...view, image: { ...view.image!, eventTimeNs: referenceTimeNs } }))
    return { ...set, views: taken }
  })

export const userParts = ({ messages }: ModelRequest) =>
  messages.find(({ role }) => role === 'user')?.parts.map(({ part }) => part) ?? []

/** A whole request as a person reads it: one line a part. */
export const promptText = (request: ModelRequest): string =>
  `${request.messages
    .flatMap(({ role, parts }) => [
      `[${role}]`,
      ...parts.map(({ part }) => {
        if (part.case === 'text') return part.value
        if (part.case === 'image') return `(image ${part.value.topic})`
        const { fps = 0, frames = [] } = part.value ?? {}
        const times = frames.map(({ eventTimeNs }) => (Number(eventTimeNs - T0) / 1e9).toFixed(2))
        return `(video ${frames[0]?.topic}, ${fps.toFixed(2)} Hz: ${times.join(', ')} s)`
      }),
    ])
    .join('\n')}\n`
