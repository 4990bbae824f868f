// The one file that knows ffmpeg.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import { OutriderError } from '#errors'
import type { VideoFormat } from './video-format.ts'

/** A decoder that is there. */
export interface Ffmpeg {
  readonly path: string
  /** Its flags for: as many images as frames, none left out, none twice. */
  readonly passthrough: readonly string[]
}

/** Throws OutriderError IMPORT_NEEDS_FFMPEG, which says what for. */
export const findFfmpeg = async (path: string, use: string): Promise<Ffmpeg> => {
  const said = await promisify(execFile)(path, ['-version']).catch((cause: unknown) => {
    throw new OutriderError({
      code: 'IMPORT_NEEDS_FFMPEG',
      expected: `ffmpeg, to decode ${use}`,
      found: `${path} does not run: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      next: 'install ffmpeg, or say where it is with --ffmpeg',
      cause,
    })
  })
  // -fps_mode came with 5.1, in whose place -vsync went. Builds from git have no such number, and are new.
  const [, major = '9', minor = '0'] = /^ffmpeg version n?(\d+)\.(\d+)/.exec(said.stdout) ?? []
  const isOld = Number(major) < 5 || (major === '5' && minor === '0')
  return { path, passthrough: [isOld ? '-vsync' : '-fps_mode', 'passthrough'] }
}

/** JPEG quality of mjpeg, 2 (best) to 31: at 2 its error is below what the video's own coding left. */
const JPEG_QUALITY = '2'

export const frameFile = (folder: string, index: number): string =>
  join(folder, `${String(index + 1).padStart(8, '0')}.jpg`)

/**
 * Decodes one video, frame by frame, into `frameFile`s of a folder; the first frame must be a key frame. Returns how many
 * it made. Throws OutriderError IMPORT_VIDEO_BROKEN.
 */
export const decodeVideo = async (
  ffmpeg: Ffmpeg,
  format: VideoFormat,
  frames: AsyncIterable<Uint8Array>,
  folder: string,
): Promise<number> => {
  const output = [
    '-c:v',
    'mjpeg',
    '-q:v',
    JPEG_QUALITY,
    '-pix_fmt',
    'yuvj420p',
    '-f',
    'image2',
    join(folder, '%08d.jpg'),
  ]
  const input = ['-hide_banner', '-loglevel', 'error', '-f', format.demuxer, '-i', 'pipe:0', ...ffmpeg.passthrough]
  const child = spawn(ffmpeg.path, [...input, ...output], { stdio: ['pipe', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-500)
  })
  let wrote: unknown
  try {
    await feed(child.stdin, format, frames)
  } catch (error) {
    // Most often that it ended before it had all.
    wrote = error
    child.stdin.destroy()
  }
  const [code] = await ended
  const trouble = wrote instanceof OutriderError ? wrote : undefined
  if (trouble) throw trouble
  if (code === 0 && wrote === undefined) return (await readdir(folder)).length
  throw new OutriderError({
    code: 'IMPORT_VIDEO_BROKEN',
    expected: `ffmpeg to decode ${format.demuxer}`,
    found: said.trim() || `exit code ${code}, ${String(wrote)}`,
    cause: wrote,
  })
}

const feed = async (into: Writable, format: VideoFormat, frames: AsyncIterable<Uint8Array>): Promise<void> => {
  const failed = finished(into)
  failed.catch(() => undefined)
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.byteLength > 0 && !into.write(bytes)) await Promise.race([once(into, 'drain'), failed])
  }
  await write(format.head())
  let index = 0
  for await (const frame of frames) {
    await write(format.frameHead(frame, index))
    await write(frame)
    index += 1
  }
  into.end()
  await failed
}
