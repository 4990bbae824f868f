import { Matrix, pseudoInverse } from 'ml-matrix'

export interface SavitzkyGolay {
  /** Samples that one polynomial is laid through; odd. */
  readonly window: number
  readonly order: number
  /** 0: the values themselves, smoothed. */
  readonly derivative: number
  /** Between samples; s. */
  readonly stepS: number
}

const fits = new Map<string, Matrix>()

/** Samples around their middle -> coefficients of the polynomial that fits them best; the same few are needed again and again. */
const fitOf = (size: number, degree: number): Matrix => {
  const key = `${size} ${degree}`
  const known = fits.get(key)
  if (known) return known
  const half = Math.floor(size / 2)
  const powers = Matrix.zeros(size, degree + 1)
  for (let row = 0; row < size; row += 1) {
    for (let power = 0; power <= degree; power += 1) powers.set(row, power, (row - half) ** power)
  }
  const fit = pseudoInverse(powers)
  fits.set(key, fit)
  return fit
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))

/**
 * Values or derivatives of the polynomials that fit best around each sample (Savitzky and Golay, 1964); where the window does
 * not fit, of the first or last one: scipy's `savgol_filter` in its mode `interp`, as NAVSIM calls it.
 */
export const savitzkyGolay = (
  values: readonly number[],
  { window, order, derivative, stepS }: SavitzkyGolay,
): readonly number[] => {
  const size = Math.min(window, values.length)
  const half = Math.floor(size / 2)
  const degree = Math.min(order, size - 1)
  const fit = fitOf(size, degree)
  return values.map((_, index) => {
    const first = Math.min(Math.max(index - half, 0), values.length - size)
    const part = Matrix.columnVector(values.slice(first, first + size))
    const coefficients = fit.mmul(part).to1DArray()
    const at = index - first - half
    let value = 0
    for (let power = derivative; power <= degree; power += 1) {
      const factor = factorial(power) / factorial(power - derivative)
      value += coefficients[power]! * factor * at ** (power - derivative)
    }
    return value / stepS ** derivative
  })
}
