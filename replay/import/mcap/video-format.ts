/** What ffmpeg and an import must know of a format of foxglove.CompressedVideo. */
export interface VideoFormat {
  /** ffmpeg's name of the container that `wrap` makes. */
  readonly demuxer: string
  /** Whether decoding may begin with this message. */
  readonly isKey: (frame: Uint8Array) => boolean
  /** Before the first frame, and before each. */
  readonly head: () => Uint8Array
  readonly frameHead: (frame: Uint8Array, index: number) => Uint8Array
}

const nothing = (): Uint8Array => new Uint8Array()

/** First bytes of the units that start codes (0 0 1) part; ITU-T H.264 and H.265, annex B. */
function* unitBytes(frame: Uint8Array): Generator<number> {
  for (let at = 0; at + 3 < frame.length; at += 1) {
    if (frame[at] === 0 && frame[at + 1] === 0 && frame[at + 2] === 1) yield frame[at + 3]!
  }
}

const annexB = (demuxer: string, isKeyUnit: (byte: number) => boolean): VideoFormat => ({
  demuxer,
  isKey: (frame) => [...unitBytes(frame)].some(isKeyUnit),
  head: nothing,
  frameHead: nothing,
})

/** IVF, the plain container of VP9 and AV1 (libvpx's ivfdec.c): 32 bytes, then 12 before each frame, little-endian. */
const ivf = (fourCc: string, isKey: VideoFormat['isKey']): VideoFormat => ({
  demuxer: 'ivf',
  isKey,
  head: () => {
    const head = Buffer.alloc(32)
    head.write('DKIF', 0, 'latin1')
    head.writeUInt16LE(32, 6)
    head.write(fourCc, 8, 'latin1')
    // A time base of 1/1000, so that frames one apart are never merged; the size stands in the frames.
    head.writeUInt32LE(1000, 16)
    head.writeUInt32LE(1, 20)
    return head
  },
  frameHead: (frame, index) => {
    const head = Buffer.alloc(12)
    head.writeUInt32LE(frame.byteLength, 0)
    head.writeBigUInt64LE(BigInt(index) * 40n, 4)
    return head
  },
})

/** VP9 bitstream specification 6.2: marker 2 bits, profile 2 bits (one more for profile 3), show_existing_frame, frame_type 0. */
const isVp9Key = (frame: Uint8Array): boolean => {
  const bits = (frame[0] ?? 0).toString(2).padStart(8, '0')
  const at = bits.slice(2, 4) === '11' ? 5 : 4
  return bits.startsWith('10') && bits.slice(at, at + 2) === '00'
}

/** AV1 specification 5.3: a sequence header (OBU type 1) among the units, which all have their size in low-overhead format. */
const isAv1Key = (frame: Uint8Array): boolean => {
  for (let at = 0; at < frame.length; ) {
    const header = frame[at]!
    if (((header >> 3) & 15) === 1) return true
    if ((header & 2) === 0) return false
    at += (header & 4) === 0 ? 1 : 2
    let size = 0
    for (let shift = 0, more = true; more && at < frame.length; shift += 7, at += 1) {
      size += (frame[at]! & 127) * 2 ** shift
      more = frame[at]! >= 128
    }
    at += size
  }
  return false
}

/** The formats that Foxglove's schema names. */
export const VIDEO_FORMATS: Readonly<Record<string, VideoFormat>> = {
  // nal_unit_type 5: an IDR slice.
  h264: annexB('h264', (byte) => (byte & 31) === 5),
  // nal_unit_type 16 to 21: an IRAP slice.
  h265: annexB('hevc', (byte) => ((byte >> 1) & 63) >= 16 && ((byte >> 1) & 63) <= 21),
  vp9: ivf('VP90', isVp9Key),
  av1: ivf('AV01', isAv1Key),
}
