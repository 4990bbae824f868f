import { OutriderError } from '#errors'
import { CompressedImageSchema, decode, type ImageRef, RawImageSchema, rawCameraTopic, VIEWS } from '#messages'
import type { ImageBytes } from '#model/question'

const RAW_TOPICS: ReadonlySet<string> = new Set(VIEWS.map(rawCameraTopic))

/** Longer than any image waits for its set, and than any camera is late: after that the state names it or no question will; ns. */
export const IMAGES_KEPT_NS = 5_000_000_000n

/** The images' bytes, which the state of step names but does not hold. */
export interface ImageStore {
  /** `named`: stamps of those that stay however old they are. */
  put(eventTimeNs: bigint, payload: Uint8Array, named: ReadonlySet<bigint>): void
  /** The image as published. Throws OutriderError IMAGE_NOT_HELD when it was never put, or was let go. */
  get(image: ImageRef): ImageBytes
}

/** Keeps the images of the last IMAGES_KEPT_NS of event time, and those that are named at the time of a `put`. */
export const createImageStore = (): ImageStore => {
  const held = new Map<bigint, Uint8Array>()
  return {
    put(eventTimeNs, payload, named) {
      held.set(eventTimeNs, payload)
      for (const stamp of held.keys()) {
        if (stamp >= eventTimeNs - IMAGES_KEPT_NS) break
        if (!named.has(stamp)) held.delete(stamp)
      }
    },
    get(image) {
      const payload = held.get(image.eventTimeNs)
      if (!payload) {
        throw new OutriderError({
          code: 'IMAGE_NOT_HELD',
          expected: `the image of ${image.topic} at ${image.eventTimeNs}`,
          found: `${held.size} held images, none of that stamp`,
        })
      }
      if (!RAW_TOPICS.has(image.topic)) return { kind: 'encoded', data: decode(CompressedImageSchema, payload).data }
      const { data, width, height, step, encoding } = decode(RawImageSchema, payload)
      return { kind: 'raw', data, width, height, step, encoding }
    },
  }
}
