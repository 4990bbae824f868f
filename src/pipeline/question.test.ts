import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  CompressedImageSchema,
  encode,
  type ImageSizes,
  ImageSizesSchema,
  ModelRequestSchema,
  RawImageSchema,
} from '#messages'
import { createImageStore } from './image-store.ts'
import { questionFrom } from './question.ts'

const images = createImageStore()
for (const stamp of [1n, 2n, 3n, 4n]) {
  images.put(stamp, encode(CompressedImageSchema, { data: Uint8Array.of(Number(stamp)) }), new Set())
}
images.put(
  5n,
  encode(RawImageSchema, { width: 1, height: 1, step: 3, encoding: 'rgb8', data: Uint8Array.of(1, 2, 3) }),
  new Set(),
)
const image = (topic: string, eventTimeNs: bigint) => ({ topic, eventTimeNs, payloadSha256: new Uint8Array() })
type Media = { image: [string, bigint] } | { video: [string, bigint][] }
const ask = (media: readonly Media[], imageSizes: readonly ImageSizes[]) =>
  questionFrom(
    create(ModelRequestSchema, {
      messages: [
        { role: 'system', parts: [{ part: { case: 'text', value: 'Help.' } }] },
        {
          role: 'user',
          parts: [
            ...media.map((each) =>
              'image' in each
                ? { part: { case: 'image' as const, value: image(...each.image) } }
                : {
                    part: {
                      case: 'video' as const,
                      value: { frames: each.video.map((frame) => image(...frame)), fps: 2 },
                    },
                  },
            ),
            { part: { case: 'text', value: 'Where?' } },
          ],
        },
      ],
      imageSizes: [...imageSizes],
    }),
    images,
  )
const sizes = (view: string, resizedWidth: number, resizedHeight: number): ImageSizes =>
  create(ImageSizesSchema, { view, originalWidth: 1600, originalHeight: 900, resizedWidth, resizedHeight })

const FRONT = '/sensors/camera/front'
const BACK = '/sensors/camera/back'

describe('the sizes that a question holds its images to', () => {
  it.each<[string, Media[], ImageSizes[], unknown]>([
    ['none where the answer speaks of no pixels', [{ image: [FRONT, 1n] }], [], undefined],
    [
      'by view, for the images of every set',
      [{ image: [FRONT, 1n] }, { image: [BACK, 2n] }, { image: [FRONT, 3n] }, { image: [BACK, 4n] }],
      [sizes('front', 644, 364), sizes('back', 420, 224)],
      [
        [644, 364],
        [420, 224],
        [644, 364],
        [420, 224],
      ].map(([width, height]) => ({ width, height })),
    ],
    [
      'by view, for raw images and video',
      [{ video: [['/sensors/camera/back/raw', 5n]] }],
      [sizes('front', 644, 364), sizes('back', 420, 224)],
      [{ width: 420, height: 224 }],
    ],
    [
      'none for a view that only an earlier set has',
      [{ image: [BACK, 1n] }, { image: [FRONT, 2n] }],
      [sizes('front', 644, 364)],
      [undefined, { width: 644, height: 364 }],
    ],
    [
      'by place, where images have no view',
      [{ image: ['/dataset/1', 1n] }, { image: ['/dataset/2', 2n] }],
      [sizes('', 56, 84), sizes('', 84, 56)],
      [
        { width: 56, height: 84 },
        { width: 84, height: 56 },
      ],
    ],
  ])('are %s', (_name, media, given, expected) => {
    expect(ask(media, given).imageSizes).toEqual(expected)
  })
})
