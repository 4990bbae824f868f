import type { Random } from '../random.ts'

/** Changes to the file as it lies on the disk, by one who knows nothing of its layout; each gives other bytes than it took. */
export const BYTE_MUTATIONS: Readonly<Record<string, (bytes: Uint8Array, random: Random) => Uint8Array>> = {
  'one byte changed': (bytes, random) => changed(bytes, random.whole(0, bytes.length - 1), random),
  'one byte of the summary changed': (bytes, random) =>
    changed(bytes, bytes.length - random.whole(1, Math.min(2000, bytes.length)), random),
  'one byte of the beginning changed': (bytes, random) =>
    changed(bytes, random.whole(0, Math.min(400, bytes.length - 1)), random),
  'one byte dropped': (bytes, random) => {
    const at = random.whole(0, bytes.length - 1)
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1))
  },
  'one byte inserted': (bytes, random) => {
    const at = random.whole(0, bytes.length)
    return joined(bytes.subarray(0, at), Uint8Array.of(random.whole(0, 255)), bytes.subarray(at))
  },
  'two bytes swapped': (bytes, random) => {
    const at = placeWhere(bytes, random, 1, (place) => bytes[place] !== bytes[place + 1])
    return joined(
      bytes.subarray(0, at),
      bytes
        .subarray(at, at + 2)
        .slice()
        .reverse(),
      bytes.subarray(at + 2),
    )
  },
  'a block zeroed': (bytes, random) => {
    const at = placeWhere(bytes, random, 64, (place) => bytes.subarray(place, place + 64).some((byte) => byte !== 0))
    return bytes.slice().fill(0, at, at + 64)
  },
}

const changed = (bytes: Uint8Array, at: number, random: Random): Uint8Array => {
  const copy = bytes.slice()
  copy[at]! ^= random.whole(1, 255)
  return copy
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const placeWhere = (bytes: Uint8Array, random: Random, width: number, fits: (at: number) => boolean): number => {
  for (;;) {
    const at = random.whole(0, bytes.length - width - 1)
    if (fits(at)) return at
  }
}
