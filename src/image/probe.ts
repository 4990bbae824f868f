/** What the first bytes of an encoded image say. */
export interface ImageProbe {
  readonly format: 'jpeg' | 'png'
  readonly widthPx: number
  readonly heightPx: number
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const PNG_IHDR = 0x49484452
/** JPEG markers without a length after them: TEM and the restart markers. */
const isStandalone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
/** Start of frame: C0 to CF but for DHT (C4), JPG (C8) and DAC (CC). */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/**
 * Format and size from the header alone, in microseconds: ITU-T T.81 annex B for JPEG, the IHDR chunk for PNG.
 * Undefined when the bytes are neither, or end before they say their size.
 */
export const probeImage = (bytes: Uint8Array): ImageProbe | undefined => probePng(bytes) ?? probeJpeg(bytes)

const probePng = (bytes: Uint8Array): ImageProbe | undefined => {
  if (bytes.length < 24 || PNG_SIGNATURE.some((byte, index) => bytes[index] !== byte)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== PNG_IHDR) return undefined
  return sized('png', view.getUint32(16), view.getUint32(20))
}

const probeJpeg = (bytes: Uint8Array): ImageProbe | undefined => {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] as number
    // Any number of FF may fill the space before a marker.
    if (marker === 0xff) at += 1
    else if (isStandalone(marker)) at += 2
    else if (isStartOfFrame(marker)) {
      return at + 9 <= bytes.length ? sized('jpeg', view.getUint16(at + 7), view.getUint16(at + 5)) : undefined
    }
    // Pixels (SOS) or the end (EOI) before any frame.
    else if (marker === 0xda || marker === 0xd9) return undefined
    else at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

// A JPEG may leave its height 0 and say it after the first scan (DNL): no camera does, and none is sized by it here.
const sized = (format: 'jpeg' | 'png', widthPx: number, heightPx: number): ImageProbe | undefined =>
  widthPx > 0 && heightPx > 0 ? { format, widthPx, heightPx } : undefined
