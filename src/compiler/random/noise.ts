import { createHash } from 'node:crypto'

/** Counter-based: value i of a stream depends on its key and i only, so that it can be written in pieces of any size. */
export interface NoiseStream {
  /** Fills `target` with values first, first + 1, …: mean, and a triangular spread of the given standard deviation. */
  fill(target: Float32Array, first: number): void
}

/** Independent streams for each seed and name. */
export const noiseStream = (seed: bigint, name: string, mean: number, deviation: number): NoiseStream => {
  const digest = createHash('sha256').update(`${seed}\0${name}`).digest()
  const before = digest.readUInt32LE(0)
  const after = digest.readUInt32LE(4)
  // The sum of two even 16-bit numbers less their mean, 65535, has a standard deviation of 65536 / sqrt(6).
  const scale = (deviation * Math.sqrt(6)) / 65_536
  return {
    fill(target, first) {
      for (let i = 0; i < target.length; i++) {
        // Two rounds of MurmurHash3's finaliser, each keyed.
        let bits = Math.imul(first + i, 0x9e3779b1) ^ before
        bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
        bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
        bits = (bits ^ (bits >>> 16)) + after
        bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
        bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
        bits ^= bits >>> 16
        target[i] = mean + scale * ((bits & 0xffff) + (bits >>> 16) - 65_535)
      }
    },
  }
}
