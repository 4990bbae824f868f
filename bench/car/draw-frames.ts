import sharp from 'sharp'

/** What a nuScenes camera publishes: 1600 x 900, about 145 kB each. */
export const FRAME = { width: 1600, height: 900, bytes: 145_000 } as const

/** A scene is drawn this much smaller and enlarged: neighbouring pixels of a photograph are alike. */
const GRAIN_PX = 4

/** Made-up pictures, as large as real ones and as hard to decode: soft noise at the JPEG quality that gives the bytes. */
export const drawFrames = async (count: number): Promise<Buffer[]> => {
  const frames: Buffer[] = []
  for (let seed = 1; seed <= count; seed++) frames.push(await closestTo(FRAME.bytes, await softNoise(seed)))
  return frames
}

const softNoise = (seed: number): Promise<Buffer> => {
  const [width, height] = [FRAME.width / GRAIN_PX, FRAME.height / GRAIN_PX]
  let state = seed
  const pixels = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(FRAME.width, FRAME.height)
    .png()
    .toBuffer()
}

/** Halves the range of qualities until the file is as near as whole qualities bring it. */
const closestTo = async (bytes: number, picture: Buffer): Promise<Buffer> => {
  let [low, high] = [1, 100]
  let best: Buffer | undefined
  while (low <= high) {
    const quality = (low + high) >> 1
    const jpeg = await sharp(picture).jpeg({ quality }).toBuffer()
    if (!best || Math.abs(jpeg.length - bytes) < Math.abs(best.length - bytes)) best = jpeg
    if (jpeg.length < bytes) low = quality + 1
    else high = quality - 1
  }
  return best!
}

/** The same picture in other bytes: nothing that remembers pictures may take it for one it has seen. */
export const numbered = (jpeg: Uint8Array, number: number): Uint8Array => {
  const comment = Buffer.alloc(8)
  // COM, its length (itself included), a number.
  comment.writeUInt16BE(0xfffe, 0)
  comment.writeUInt16BE(6, 2)
  comment.writeUInt32BE(number, 4)
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)])
}
