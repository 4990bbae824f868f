// The one place where sharp decodes. What leaves is 8-bit RGB rows, as PIL's `Image.open(f).convert('RGB')` gives them:
// EXIF orientation applied, no colour management, transparency pasted on white (as Qwen's and transformers' loaders do).
import sharp from 'sharp'
import { OutriderError } from '#errors'

// Cameras never send the same bytes twice: a cache of decoded files is memory for nothing.
sharp.cache(false)

/** Interleaved RGB, 8 bits a channel, rows without padding. */
export interface RgbImage {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** An image as it was published: encoded (jpeg, png, webp) or raw rows. */
export type ImageSource =
  | { readonly kind: 'encoded'; readonly data: Uint8Array }
  | {
      readonly kind: 'raw'
      readonly data: Uint8Array
      readonly width: number
      readonly height: number
      /** Bytes per row. */
      readonly step: number
      /** As in foxglove.RawImage: rgb8, bgr8, rgba8, bgra8, mono8. */
      readonly encoding: string
    }

const FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp'])

/** Channels of a pixel and where red, green and blue are; the fourth byte of a raw image is padding, not opacity. */
const RAW_LAYOUTS: Readonly<Record<string, readonly [channels: number, r: number, g: number, b: number]>> = {
  rgb8: [3, 0, 1, 2],
  bgr8: [3, 2, 1, 0],
  rgba8: [4, 0, 1, 2],
  bgra8: [4, 2, 1, 0],
  mono8: [1, 0, 0, 0],
}

const unreadable = (expected: string, found: string, cause?: unknown): OutriderError =>
  new OutriderError({ code: 'IMAGE_UNREADABLE', expected, found, cause })

/** Throws IMAGE_UNREADABLE when the bytes are not a whole image of a known format. */
export const decodeImage = async (source: ImageSource): Promise<RgbImage> =>
  source.kind === 'raw' ? decodeRaw(source) : decodeEncoded(source.data)

const decodeRaw = (source: Extract<ImageSource, { kind: 'raw' }>): RgbImage => {
  const { width, height, step, encoding } = source
  const layout = RAW_LAYOUTS[encoding]
  if (!layout) throw unreadable(`encoding ${Object.keys(RAW_LAYOUTS).join(', ')}`, encoding)
  const [channels, r, g, b] = layout
  const whole = width > 0 && height > 0 && step >= width * channels && source.data.length >= step * height
  if (!whole) {
    const found = `${source.data.length} bytes for ${width}x${height} ${encoding} with ${step} bytes a row`
    throw unreadable('rows of pixels that fill the image', found)
  }
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, to = 0; y < height; y++) {
    for (let from = y * step; from < y * step + width * channels; from += channels, to += 3) {
      data[to] = source.data[from + r]!
      data[to + 1] = source.data[from + g]!
      data[to + 2] = source.data[from + b]!
    }
  }
  return { width, height, data }
}

const decodeEncoded = async (bytes: Uint8Array): Promise<RgbImage> => {
  try {
    // A camera's JPEG may carry harmless oddities (libjpeg warnings); a truncated one is refused.
    const image = sharp(bytes, { autoOrient: true, ignoreIcc: true, failOn: 'error' })
    const { format, space } = await image.metadata()
    if (!FORMATS.has(format)) throw unreadable('a jpeg, png or webp image', `a ${format} image`)
    if (space === 'cmyk') image.pipelineColourspace('cmyk').toColourspace('cmyk')
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
    const size = { width: info.width, height: info.height }
    if (space === 'cmyk') return { ...size, data: cmykToRgb(data) }
    return { ...size, data: toRgb(data, info.channels) }
  } catch (cause) {
    if (cause instanceof OutriderError) throw cause
    const found = `${bytes.length} bytes (${cause instanceof Error ? cause.message : String(cause)})`
    throw unreadable('a whole jpeg, png or webp image', found, cause)
  }
}

const toRgb = (data: Uint8Array, channels: number): Uint8Array => {
  if (channels === 3) return data
  const pixels = data.length / channels
  const rgb = new Uint8Array(pixels * 3)
  const grey = channels < 3
  const hasAlpha = channels % 2 === 0
  for (let i = 0; i < pixels; i++) {
    const alpha = hasAlpha ? data[i * channels + channels - 1]! : 255
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = onWhite(data[i * channels + (grey ? 0 : c)]!, alpha)
  }
  return rgb
}

/** Pillow's `alpha_composite` over opaque white, integer for integer. */
const onWhite = (value: number, alpha: number): number => {
  if (alpha === 0) return 255
  const weight = alpha * 128
  const sum = value * weight + 255 * (255 * 128 - weight) + (0x80 << 7)
  return (((sum >> 8) + sum) >> 8) >> 7
}

/** Pillow's arithmetic: no ink profile, which a model never saw either. */
const cmykToRgb = (data: Uint8Array): Uint8Array => {
  const rgb = new Uint8Array((data.length / 4) * 3)
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const white = 255 - data[from + 3]!
    for (let c = 0; c < 3; c++) {
      const product = data[from + c]! * white + 128
      rgb[to + c] = Math.max(0, white - (((product >> 8) + product) >> 8))
    }
  }
  return rgb
}
