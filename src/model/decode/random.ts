/** splitmix64 (Steele, Lea, Flood 2014): step `index` of the sequence that `seed` names, in [0, 1). */
export const uniform = (seed: bigint, index: number): number => {
  let z = BigInt.asUintN(64, seed + BigInt(index + 1) * 0x9e3779b97f4a7c15n)
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
  // 53 bits are what a double holds.
  return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53
}
