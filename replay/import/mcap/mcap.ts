import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkRig, type Rig } from '#calibration'
import { OutriderError } from '#errors'
import { EgoStateSchema, encode, RouteCommandSchema, secondsBetween, type TapeRecord } from '#messages'
import { calibrationPayloads } from '../calibration-payloads.ts'
import type { ForeignDrive } from '../foreign-drive.ts'
import { orderRecords, readyPayload, type TimedPayload } from '../order-records.ts'
import { routeFromPath } from '../route-from-path.ts'
import { decodeVideo, type Ffmpeg, findFfmpeg, frameFile } from './decode-video.ts'
import { type ForeignTape, openForeignTape } from './foreign-tape.ts'
import { imagePayload, imageTopic } from './image-payload.ts'
import type { ImportMap, MappedCamera } from './import-map.ts'
import { createInOrderFetch } from './in-order-fetch.ts'
import { type ArrivedEgo, mcapEgo } from './mcap-ego.ts'
import { MCAP_RIG_COMMENT, mcapRig } from './mcap-rig.ts'
import { type Scan, type SeenImages, scanTape } from './scan-tape.ts'
import { createTransformTree } from './transform-tree.ts'
import { VIDEO_FORMATS } from './video-format.ts'

export interface McapOptions {
  /** Where ffmpeg is, for video; default: as found on the path. */
  readonly ffmpeg?: string | undefined
}

/** A tape of somebody else's and what its topics are. Throws OutriderError IMPORT_…. docs/import-mcap.md. */
export const openMcap = async (
  path: string,
  map: ImportMap,
  { ffmpeg = 'ffmpeg' }: McapOptions = {},
): Promise<ForeignDrive> => {
  const scan = await scanned(path, map)
  const seen = (camera: MappedCamera): SeenImages => scan.images.get(camera.image)!
  const videos = map.cameras.filter((camera) => seen(camera).format !== undefined)
  const decoder =
    videos.length === 0 ? undefined : await findFfmpeg(ffmpeg, videos.map(({ image }) => image).join(', '))

  const tree = createTransformTree(scan.transforms)
  const rig = mcapRig(
    map,
    map.cameras.map((mapped) => ({
      mapped,
      info: mapped.info === undefined ? undefined : scan.infos.get(mapped.info),
      imageFrame: seen(mapped).frameId,
      imageSize: seen(mapped).size,
    })),
    tree,
  )
  const ego = mcapEgo(map, { ...scan, tree })
  const imageCount = map.cameras.reduce((sum, camera) => sum + seen(camera).images.length, 0)
  refuseOtherClock(map, scan)
  const others = otherMessages(map, rig, ego, scan)
  return {
    name: map.name,
    rig,
    rigComment: MCAP_RIG_COMMENT,
    notes: notesOf(map, rig, ego, scan),
    recordCount: others.length + imageCount,
    records: records(path, map, scan, others, decoder),
  }
}

const scanned = async (path: string, map: ImportMap): Promise<Scan> => {
  const tape = await openForeignTape(path)
  try {
    return await scanTape(tape, map)
  } finally {
    await tape.close()
  }
}

const earliest = (stamps: readonly bigint[]): bigint => stamps.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? 0n

const arrival = (map: ImportMap, arrivalNs: bigint) => (map.admission === 'recorded' ? { arrivalNs } : {})

/** All but the images. */
const otherMessages = (map: ImportMap, rig: Rig, ego: readonly ArrivedEgo[], scan: Scan): readonly TimedPayload[] => {
  const arrivalOf = new Map(ego.map(({ pose, arrivalNs }) => [pose.timeNs, arrivalNs]))
  const captures = [
    ...ego.map(({ pose }) => pose.timeNs),
    ...[...scan.images.values()].flatMap(({ images }) => images.map(({ captureNs }) => captureNs)),
  ]
  const arrivals = [
    ...ego.map(({ arrivalNs }) => arrivalNs),
    ...[...scan.images.values()].flatMap(({ images }) => images.map(({ arrivalNs }) => arrivalNs)),
  ]
  return [
    ...calibrationPayloads(rig, earliest(captures)).map((payload) => ({
      ...payload,
      ...arrival(map, earliest(arrivals)),
    })),
    ...ego.map(({ state, arrivalNs }) => ({
      ...readyPayload('/sensors/ego', state.captureTimeNs, encode(EgoStateSchema, state)),
      ...arrival(map, arrivalNs),
    })),
    ...(map.route ? routeFromPath(ego.map(({ pose }) => pose)) : []).map((route) => ({
      ...readyPayload('/sensors/route', route.captureTimeNs, encode(RouteCommandSchema, route)),
      ...arrival(map, arrivalOf.get(route.captureTimeNs) ?? route.captureTimeNs),
    })),
  ]
}

/** Everything in order; images are read a second time, when it is their turn, videos decoded before into a folder that is then gone. */
async function* records(
  path: string,
  map: ImportMap,
  { images }: Scan,
  others: readonly TimedPayload[],
  ffmpeg: Ffmpeg | undefined,
): AsyncGenerator<TapeRecord, void> {
  const folder = ffmpeg ? await mkdtemp(join(tmpdir(), 'outrider-video-')) : ''
  const tape = await openForeignTape(path)
  try {
    const isVideo = ({ image }: MappedCamera): boolean => images.get(image)!.format !== undefined
    const fetch = createInOrderFetch(
      tape.read(map.cameras.filter((camera) => !isVideo(camera)).map(({ image }) => image)),
    )
    const payloads = [...others]
    for (const camera of map.cameras) {
      const seen = images.get(camera.image)!
      const frames = ffmpeg && isVideo(camera) ? join(folder, camera.view) : undefined
      if (ffmpeg && frames !== undefined) await decodeAll(ffmpeg, camera, seen, tape, frames)
      for (const [index, { kind, captureNs, arrivalNs }] of seen.images.entries()) {
        const bytes = async (): Promise<Uint8Array> => {
          const { message } =
            frames === undefined
              ? await fetch(camera.image, index)
              : { message: { kind: 'image' as const, data: await readFile(frameFile(frames, index)) } }
          if (message.kind !== 'image' && message.kind !== 'raw') throw new Error(`${camera.image} is ${message.kind}`)
          return imagePayload(camera.view, captureNs, message)
        }
        payloads.push({
          topic: imageTopic(camera.view, kind),
          timeNs: captureNs,
          ...arrival(map, arrivalNs),
          payload: bytes,
        })
      }
    }
    yield* orderRecords(payloads)
  } finally {
    await tape.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  }
}

/** One file a frame. Throws OutriderError IMPORT_VIDEO_BROKEN where frames and images do not pair off. */
const decodeAll = async (
  ffmpeg: Ffmpeg,
  { image }: MappedCamera,
  { images, skipped, format = '' }: SeenImages,
  tape: ForeignTape,
  folder: string,
): Promise<void> => {
  await mkdir(folder)
  async function* frames(): AsyncGenerator<Uint8Array> {
    let number = 0
    for await (const { message } of tape.read([image])) {
      if (message.kind === 'video' && number >= skipped) yield message.data
      number += 1
    }
  }
  const made = await decodeVideo(ffmpeg, VIDEO_FORMATS[format]!, frames(), folder)
  if (made === images.length) return
  throw new OutriderError({
    code: 'IMPORT_VIDEO_BROKEN',
    expected: `${images.length} images from the ${images.length} frames of ${image}, one a message`,
    found: `${made}`,
  })
}

/** Clocks that are this far apart are not the same one; s. */
const OTHER_CLOCK_S = 10

const refuseOtherClock = ({ admission }: ImportMap, { images }: Scan): void => {
  const ages = [...images.values()]
    .flatMap(({ images: all }) => all.map(({ captureNs, arrivalNs }) => secondsBetween(captureNs, arrivalNs)))
    .toSorted((a, b) => a - b)
  const median = ages[Math.floor(ages.length / 2)] ?? 0
  if (admission === 'capture' || Math.abs(median) < OTHER_CLOCK_S) return
  throw new OutriderError({
    code: 'IMPORT_CLOCKS',
    expected: `images that were recorded within ${OTHER_CLOCK_S} s of their stamps`,
    found: `a median of ${median.toFixed(3)} s: recorder and cameras had different clocks`,
    next: 'say admission: capture in the map',
  })
}

const notesOf = (map: ImportMap, rig: Rig, ego: readonly ArrivedEgo[], { images, unused }: Scan): readonly string[] => [
  ...checkRig(rig).map(({ code, where, expected, found }) => `${code}: ${where}: expected ${expected}, found ${found}`),
  ...map.cameras.flatMap(({ view, image }) => {
    const { skipped, images: made } = images.get(image)!
    return skipped > 0
      ? [`${view}: ${skipped} frames before the first key frame are left out, ${made.length} kept`]
      : []
  }),
  ...(ego.length === 0 ? ['no ego state: the map names no poses, or the tape has none'] : []),
  ...(unused.length > 0 ? [`left out: ${unused.join(', ')}`] : []),
]
