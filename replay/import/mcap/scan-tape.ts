import { OutriderError } from '#errors'
import type {
  ForeignFix,
  ForeignImu,
  ForeignInfo,
  ForeignOdometry,
  ForeignTransform,
  ForeignVideo,
} from './foreign-message.ts'
import type { ForeignEntry, ForeignTape } from './foreign-tape.ts'
import type { ImportMap } from './import-map.ts'
import type { Timed } from './mcap-ego.ts'
import { VIDEO_FORMATS } from './video-format.ts'

/** An image of the tape, without its bytes. */
export interface SeenImage {
  readonly kind: 'image' | 'raw' | 'video'
  readonly captureNs: bigint
  readonly arrivalNs: bigint
}

export interface SeenImages {
  /** In the tape's order; of a video from its first key frame on. */
  readonly images: readonly SeenImage[]
  /** Frames of a video before its first key frame: nothing can be made of them. */
  readonly skipped: number
  readonly format: string | undefined
  readonly frameId: string
  readonly size: { readonly width: number; readonly height: number } | undefined
}

/** All that a tape says, but for the images' bytes. */
export interface Scan {
  /** By topic. */
  readonly images: ReadonlyMap<string, SeenImages>
  readonly infos: ReadonlyMap<string, ForeignInfo>
  readonly transforms: readonly (ForeignTransform & { readonly arrivalNs: bigint })[]
  readonly odometry: readonly Timed<ForeignOdometry>[]
  readonly fixes: readonly Timed<ForeignFix>[]
  readonly imu: readonly Timed<ForeignImu>[]
  /** Topics that the map does not name. */
  readonly unused: readonly string[]
}

type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/** Reads a tape once. Throws OutriderError IMPORT_TOPIC_MISSING, IMPORT_TOPIC_TYPE, IMPORT_MESSAGE_INVALID, IMPORT_IMAGE_…. */
export const scanTape = async (tape: ForeignTape, map: ImportMap): Promise<Scan> => {
  const wanted = expectTopics(tape, map)
  const images = new Map<string, Growing<SeenImages>>()
  const infos = new Map<string, ForeignInfo>()
  const transforms: Scan['transforms'][number][] = []
  const odometry: Timed<ForeignOdometry>[] = []
  const fixes: Timed<ForeignFix>[] = []
  const imu: Timed<ForeignImu>[] = []

  for await (const entry of tape.read(wanted)) {
    const { topic, logTimeNs: arrivalNs, captureNs, message } = entry
    if (message.kind === 'info') infos.set(topic, infos.get(topic) ?? message)
    else if (message.kind === 'transforms') transforms.push(...message.transforms.map((one) => ({ ...one, arrivalNs })))
    else if (message.kind === 'odometry') odometry.push({ ...message, captureNs, arrivalNs })
    else if (message.kind === 'fix') fixes.push({ ...message, captureNs, arrivalNs })
    else if (message.kind === 'imu') imu.push({ ...message, captureNs, arrivalNs })
    else addImage(images, entry)
  }
  const unused = tape.topics.filter((topic) => !wanted.includes(topic))
  return { images, infos, transforms, odometry, fixes, imu, unused }
}

const addImage = (
  images: Map<string, Growing<SeenImages>>,
  { topic, logTimeNs, captureNs, message }: ForeignEntry,
): void => {
  if (message.kind !== 'image' && message.kind !== 'raw' && message.kind !== 'video') return
  const size = message.kind === 'raw' ? { width: message.width, height: message.height } : undefined
  const format = message.kind === 'video' ? message.format : undefined
  const seen = images.get(topic) ?? { images: [], skipped: 0, format, frameId: message.frameId, size }
  images.set(topic, seen)
  if (message.kind === 'video') {
    const begins = isDecodable(topic, message, seen)
    if (!begins) {
      seen.skipped += 1
      return
    }
  }
  seen.images.push({ kind: message.kind, captureNs, arrivalNs: logTimeNs })
}

/** Whether a decoder has what it needs for this frame. Throws OutriderError IMPORT_VIDEO_FORMAT. */
const isDecodable = (topic: string, { format, data }: ForeignVideo, { images, format: first }: SeenImages): boolean => {
  const known = Object.hasOwn(VIDEO_FORMATS, format) ? VIDEO_FORMATS[format] : undefined
  if (known && format === first) return images.length > 0 || known.isKey(data)
  throw new OutriderError({
    code: 'IMPORT_VIDEO_FORMAT',
    expected: `one of ${Object.keys(VIDEO_FORMATS).join(', ')} all through ${topic}`,
    found: format === first ? JSON.stringify(format) : `${first}, then ${format}`,
  })
}

/** The topics that the map names, each checked to be what it is taken for. */
const expectTopics = (tape: ForeignTape, { cameras, ego, transforms }: ImportMap): readonly string[] => {
  const uses = [
    ...cameras.flatMap(({ view, image, info }) => [
      { topic: image, kinds: ['image', 'raw', 'video'] as const, use: `images of ${view}` },
      ...(info === undefined ? [] : [{ topic: info, kinds: ['info'] as const, use: `info of ${view}` }]),
    ]),
    ...transforms.map((topic) => ({ topic, kinds: ['transforms'] as const, use: 'transforms' })),
    ...(['odometry', 'fix', 'imu'] as const).flatMap((kind) => {
      const topic = ego[kind]
      return topic === undefined ? [] : [{ topic, kinds: [kind] as const, use: kind }]
    }),
  ]
  for (const { topic, kinds, use } of uses) tape.expectKind(topic, kinds, use)
  return [...new Set(uses.map(({ topic }) => topic))]
}
