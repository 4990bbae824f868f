/** Numbers below this are one token: pixels of the nano rig, metres, ids. */
const END = 400
const FIRST_OF_TWO = 10
const FIRST_OF_THREE = 100

const isToken = (digits: string): boolean => digits.length === 1 || !digits.startsWith('0')

/** The pair whose merge BPE comes to last: it first takes the pair of the lowest rank, here the smaller number. */
const lastMerge = (number: number): string => {
  const digits = `${number}`
  const [left, right] = [digits.slice(0, 2), digits.slice(1)]
  return !isToken(right) || Number(left) <= Number(right) ? `${left} ${digits.slice(2)}` : `${digits[0]} ${right}`
}

const upTo = (first: number, end: number): readonly number[] => Array.from({ length: end - first }, (_, i) => first + i)

/**
 * Merges of digits, as `left right`, that make each whole number up to 399 a token of its own: what is near in metres or pixels
 * is then told apart by one token, not by three that have to agree.
 */
export const NUMBER_MERGES: readonly string[] = [
  ...upTo(FIRST_OF_TWO, FIRST_OF_THREE).map((number) => [...`${number}`].join(' ')),
  ...upTo(FIRST_OF_THREE, END).map(lastMerge),
]
