// The one place where pixels become files without being drawn.
import sharp from 'sharp'
import type { RgbImage } from './decode.ts'

/** Quality from 0 to 100. The same pixels give the same bytes. */
export const encodeJpeg = ({ width, height, data }: RgbImage, quality: number): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()

/** A PNG that is white where `mask` is not 0 and black elsewhere; rows without padding. */
export const encodeMask = (width: number, height: number, mask: Uint8Array): Promise<Uint8Array> =>
  sharp(
    mask.map((value) => (value ? 255 : 0)),
    { raw: { width, height, channels: 1 } },
  )
    .toColourspace('b-w')
    .png()
    .toBuffer()
