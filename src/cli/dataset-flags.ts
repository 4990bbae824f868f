import { OutriderError } from '#errors'

export const flagError = (expected: string, found: string): OutriderError =>
  new OutriderError({ code: 'DATASET_FLAG', expected, found })

export const numberIn = (text: string, least: number, most: number, expected: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most) return value
  throw flagError(expected, JSON.stringify(text))
}

export const wholeNumber = (text: string, flag: string): number => {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw flagError(`${flag} as a whole number`, JSON.stringify(text))
}
