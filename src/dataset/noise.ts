import { createHash } from 'node:crypto'

const TWO_TO_32 = 2 ** 32

/** Evenly in (0, 1), as many as asked for up to 8: the same for the same words, on any machine. */
export const uniforms = (words: string, count: number): readonly number[] => {
  const digest = createHash('sha256').update(words).digest()
  return Array.from({ length: count }, (_, index) => (digest.readUInt32BE(index * 4) + 0.5) / TWO_TO_32)
}

/** Four of a normal distribution with mean 0 and standard deviation 1 (Box and Muller). */
export const gaussians = (words: string): readonly [number, number, number, number] => {
  const [a, b, c, d] = uniforms(words, 4) as [number, number, number, number]
  const [first, second] = [Math.sqrt(-2 * Math.log(a)), Math.sqrt(-2 * Math.log(c))]
  return [
    first * Math.cos(2 * Math.PI * b),
    first * Math.sin(2 * Math.PI * b),
    second * Math.cos(2 * Math.PI * d),
    second * Math.sin(2 * Math.PI * d),
  ]
}
