import sharp from 'sharp'
import type { View } from '#messages'

export const DRAWN = { width: 160, height: 90 } as const

const HUE: Readonly<Record<View, string>> = {
  front: '#3b6ea5',
  front_left: '#7a4fa0',
  front_right: '#a04f6b',
  back: '#4f7a3b',
  back_left: '#a0843b',
  back_right: '#3ba08f',
}

/** A picture that says which view it is and which number it has: JPEG bytes, the same on every call. */
export const drawJpeg = (view: View, number: number): Promise<Buffer> => {
  const { width, height } = DRAWN
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="${HUE[view]}"/>
    <path d="M0 ${height} L${width / 2} ${height / 2} L${width} ${height} Z" fill="#444"/>
    <circle cx="${20 + ((number * 7) % 120)}" cy="30" r="9" fill="#fff"/>
  </svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toBuffer()
}
