import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { OutriderError } from '#errors'
import { CompressedImageSchema, CompressedVideoSchema, decode, type TapeRecord, timestampFromNs } from '#messages'
import { decodeImage } from '../../../src/image/index.ts'
import { pythonOrSkip } from '../../../test/oracles.ts'
import { findFfmpeg } from './decode-video.ts'
import { parseImportMap } from './import-map.ts'
import { openMcap } from './mcap.ts'
import { BEGIN_NS, ros2Drive } from './testing/foreign-drives.ts'
import { type Draft, foxglove, ros2, writeForeignTape } from './testing/foreign-tapes.ts'
import { VIDEO_FORMATS } from './video-format.ts'

const FRAMES = 12
const [WIDTH, HEIGHT] = [64, 48]
const MAP = parseImportMap(`
cameras:
  - view: front
    image: /front/video
    width: ${WIDTH}
    height: ${HEIGHT}
    model: { kind: pinhole, fx: 50, fy: 50, cx: 32, cy: 24 }
    egoFromCamera: { translation: { x: 1.7, y: 0, z: 1.5 }, rotation: { x: -0.5, y: 0.5, z: -0.5, w: 0.5 } }
`)

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'video-'))
  path = join(folder, 'video.mcap')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The one that comes with test/python/requirements.txt. */
const ffmpegOrSkip = (context: TestContext): string => {
  const find = 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())'
  return execFileSync(pythonOrSkip(context), ['-c', find], { encoding: 'utf8' }).trim()
}

/** Grey frames, each 20 levels lighter than the one before: a frame at the wrong place is seen. */
const greyOf = (index: number): number => 20 + 20 * index

/** Encodes the frames; one packet each, as FFmpeg's own framehash muxer would part them. */
const encodeVideo = (ffmpeg: string, encoder: readonly string[], muxer: string): Uint8Array => {
  const pixels = Buffer.concat(
    Array.from({ length: FRAMES }, (_, index) => Buffer.alloc(WIDTH * HEIGHT, greyOf(index))),
  )
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${WIDTH}x${HEIGHT}`, '-r', '10', '-i', 'pipe:0']
  const args = ['-loglevel', 'error', ...input, '-pix_fmt', 'yuv420p', ...encoder, '-f', muxer, 'pipe:1']
  return execFileSync(ffmpeg, args, { input: pixels, maxBuffer: 1e8 })
}

/** Annex B with access unit delimiters (type 9, H.265: 35) -> one piece a frame. */
const accessUnits = (stream: Uint8Array, isDelimiter: (byte: number) => boolean): Uint8Array[] => {
  const starts: number[] = []
  for (let at = 0; at + 4 < stream.length; at += 1) {
    const starting = stream[at] === 0 && stream[at + 1] === 0 && stream[at + 2] === 0 && stream[at + 3] === 1
    if (starting && isDelimiter(stream[at + 4]!)) starts.push(at)
  }
  return starts.map((start, index) => stream.subarray(start, starts[index + 1]))
}

const ivfFrames = (stream: Uint8Array): Uint8Array[] => {
  const frames: Uint8Array[] = []
  const view = new DataView(stream.buffer, stream.byteOffset)
  for (let at = 32; at < stream.length; at += 12 + view.getUint32(at, true)) {
    frames.push(stream.subarray(at + 12, at + 12 + view.getUint32(at, true)))
  }
  return frames
}

const KEYS_EACH_6 = ['-g', '6', '-bf', '0']
const FORMATS: readonly { readonly format: string; readonly frames: (ffmpeg: string) => Uint8Array[] }[] = [
  {
    format: 'h264',
    frames: (ffmpeg) =>
      accessUnits(
        encodeVideo(
          ffmpeg,
          ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'aud=1:scenecut=0', ...KEYS_EACH_6],
          'h264',
        ),
        (byte) => (byte & 31) === 9,
      ),
  },
  {
    format: 'h265',
    frames: (ffmpeg) =>
      accessUnits(
        encodeVideo(
          ffmpeg,
          [
            '-c:v',
            'libx265',
            '-preset',
            'ultrafast',
            '-x265-params',
            'aud=1:scenecut=0:bframes=0:keyint=6:log-level=error:repeat-headers=1',
          ],
          'hevc',
        ),
        (byte) => ((byte >> 1) & 63) === 35,
      ),
  },
  {
    format: 'vp9',
    frames: (ffmpeg) =>
      ivfFrames(
        encodeVideo(ffmpeg, ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-lag-in-frames', '0', '-g', '6'], 'ivf'),
      ),
  },
  {
    format: 'av1',
    frames: (ffmpeg) =>
      ivfFrames(
        encodeVideo(
          ffmpeg,
          ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-lag-in-frames', '0', '-g', '6'],
          'ivf',
        ),
      ),
  },
]

const drafts = (frames: readonly Uint8Array[], format: string): Draft[] =>
  frames.map((data, index) => {
    const ns = BEGIN_NS + BigInt(index) * 100_000_000n
    return foxglove(CompressedVideoSchema, '/front/video', ns, {
      timestamp: timestampFromNs(ns),
      frameId: 'cam',
      format,
      data,
    })
  })

const imagesOf = async (ffmpeg: string): Promise<{ images: TapeRecord[]; notes: readonly string[] }> => {
  const { records, notes = [] } = await openMcap(path, MAP, { ffmpeg })
  const images: TapeRecord[] = []
  for await (const record of records) if (record.topic === '/sensors/camera/front') images.push(record)
  return { images, notes }
}
const meanGrey = async ({ payload }: TapeRecord): Promise<number> => {
  const { format, data } = decode(CompressedImageSchema, payload)
  expect(format).toBe('jpeg')
  const { width, height, data: pixels } = await decodeImage({ kind: 'encoded', data })
  expect([width, height]).toEqual([WIDTH, HEIGHT])
  return pixels.reduce((sum, value) => sum + value, 0) / pixels.length
}

describe('video of a foreign tape', () => {
  it.for(FORMATS)('in $format becomes one JPEG a message, each at its stamp', async ({ format, frames }, context) => {
    const ffmpeg = ffmpegOrSkip(context)
    const encoded = frames(ffmpeg)
    expect(encoded).toHaveLength(FRAMES)
    // Frames 0 and 6 are keys.
    expect(encoded.flatMap((frame, index) => (VIDEO_FORMATS[format]!.isKey(frame) ? [index] : []))).toEqual([0, 6])
    await writeForeignTape(path, drafts(encoded, format))
    const { images } = await imagesOf(ffmpeg)
    expect(images).toHaveLength(FRAMES)
    for (const [index, image] of images.entries()) {
      expect(image.publishTimeNs).toBe(BEGIN_NS + BigInt(index) * 100_000_000n)
      // Coding costs a few levels; a frame is 20.
      expect(Math.abs((await meanGrey(image)) - greyOf(index)), `frame ${index}`).toBeLessThan(8)
    }
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('outrider-video-'))).toEqual([])
  })

  it('begins with its first key frame, and says how many it left out', async (context) => {
    const ffmpeg = ffmpegOrSkip(context)
    await writeForeignTape(path, drafts(FORMATS[0]!.frames(ffmpeg).slice(2), 'h264'))
    const { images, notes } = await imagesOf(ffmpeg)
    expect(images).toHaveLength(FRAMES - 6)
    expect(Math.abs((await meanGrey(images[0]!)) - greyOf(6))).toBeLessThan(8)
    expect(notes).toContainEqual('front: 4 frames before the first key frame are left out, 6 kept')
  })

  it('is taken from ROS 2 tapes too', async (context) => {
    const ffmpeg = ffmpegOrSkip(context)
    const frames = FORMATS[0]!.frames(ffmpeg)
    const asRos2 = frames.map((data, index) => {
      const timestamp = { sec: 1_700_000_000, nanosec: index * 100_000_000 }
      const body = { timestamp, frame_id: 'cam', format: 'h264', data }
      return ros2('foxglove_msgs/msg/CompressedVideo', '/front/video', BEGIN_NS + BigInt(index) * 100_000_000n, body)
    })
    await writeForeignTape(path, asRos2)
    expect((await imagesOf(ffmpeg)).images).toHaveLength(FRAMES)
  })

  const key = Uint8Array.from([0, 0, 0, 1, 0x65, 1, 2, 3])

  it('is refused with a code where there is no ffmpeg', async () => {
    await writeForeignTape(path, drafts([key], 'h264'))
    const error = await openMcap(path, MAP, { ffmpeg: '/nowhere/ffmpeg' }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OutriderError)
    expect(error).toMatchObject({ code: 'IMPORT_NEEDS_FFMPEG', expected: expect.stringContaining('/front/video') })
  })

  it.each([
    { name: 'an unknown format', formats: ['mjpg'], words: /"mjpg"/ },
    { name: 'a format that changes', formats: ['h264', 'h265'], words: /h264, then h265/ },
  ])('is refused with a code: $name', async ({ formats, words }) => {
    await writeForeignTape(
      path,
      formats.flatMap((format, index) =>
        drafts([key], format).map((draft) => ({ ...draft, logTimeNs: BEGIN_NS + BigInt(index) })),
      ),
    )
    await expect(openMcap(path, MAP)).rejects.toMatchObject({
      code: 'IMPORT_VIDEO_FORMAT',
      message: expect.stringMatching(words),
    })
  })

  it.each([
    { version: 'ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright', flag: '-vsync' },
    { version: 'ffmpeg version n5.0.3 Copyright', flag: '-vsync' },
    { version: 'ffmpeg version 5.1.6-0+deb12u1 Copyright', flag: '-fps_mode' },
    { version: 'ffmpeg version N-118000-g1234567 Copyright', flag: '-fps_mode' },
  ])('asks $version for every frame with $flag', async ({ version, flag }) => {
    const tool = join(folder, 'ffmpeg')
    writeFileSync(tool, `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 })
    expect((await findFfmpeg(tool, 'a test')).passthrough).toEqual([flag, 'passthrough'])
  })

  it('is refused with a code where it cannot be decoded', async (context) => {
    const ffmpeg = ffmpegOrSkip(context)
    const noise = Array.from({ length: 5 }, (_, index) => Uint8Array.from([...key, index, 7, 7, 7]))
    await writeForeignTape(path, drafts(noise, 'h264'))
    await expect(imagesOf(ffmpeg)).rejects.toMatchObject({ code: 'IMPORT_VIDEO_BROKEN' })
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('outrider-video-'))).toEqual([])
  })
})

describe('a tape of another writer', () => {
  it('is read with lz4 too, by the file that pymcap-cli makes', async (context) => {
    const python = pythonOrSkip(context)
    const map = parseImportMap(
      'cameras: [{ view: front_left, image: /left/image_raw, info: /left/camera_info }]\ntransforms: [/tf_static]',
    )
    await writeForeignTape(path, ros2Drive())
    const packed = join(folder, 'lz4.mcap')
    const tool = join(python, '..', 'pymcap-cli')
    execFileSync(tool, ['compress', path, '-o', packed, '--compression', 'lz4'], {
      env: { ...process.env, HOME: folder },
      stdio: 'ignore',
    })
    const count = async (from: string): Promise<number> => {
      let images = 0
      for await (const { topic } of (await openMcap(from, map)).records) images += topic.endsWith('/raw') ? 1 : 0
      return images
    }
    expect([await count(packed), await count(path)]).toEqual([10, 10])
  })
})
