/** A knot of a spline. */
interface Knot {
  readonly at: number
  readonly value: number
}

/** A value and its first derivative. */
export interface SplinePoint {
  readonly value: number
  readonly slope: number
}

/**
 * The cubic spline through the knots that begins with `startSlope` and whose last piece is a parabola: twice
 * continuously differentiable, so that a plan given every 0.5 s has an acceleration and a jerk. At least two knots, in order.
 */
export const cubicSpline = (knots: readonly Knot[], startSlope: number): ((at: number) => SplinePoint) => {
  const last = knots.length - 1
  const width = (index: number): number => knots[index + 1]!.at - knots[index]!.at
  const rise = (index: number): number => (knots[index + 1]!.value - knots[index]!.value) / width(index)
  // Second derivatives, by the tridiagonal system's forward and backward sweep.
  const above: number[] = [0.5]
  const right: number[] = [(3 / width(0)) * (rise(0) - startSlope)]
  for (let index = 1; index < last; index += 1) {
    const [before, after] = [width(index - 1), width(index)]
    const pivot = 2 * (before + after) - before * above[index - 1]!
    above.push(after / pivot)
    right.push((6 * (rise(index) - rise(index - 1)) - before * right[index - 1]!) / pivot)
  }
  const curvatures = new Array<number>(knots.length).fill(0)
  curvatures[last] = right[last - 1]! / (1 + above[last - 1]!)
  for (let index = last - 1; index >= 0; index -= 1) {
    curvatures[index] = right[index]! - above[index]! * curvatures[index + 1]!
  }
  return (at) => {
    let index = 0
    while (index < last - 1 && at > knots[index + 1]!.at) index += 1
    const h = width(index)
    const [a, b] = [(knots[index + 1]!.at - at) / h, (at - knots[index]!.at) / h]
    const [left, next] = [curvatures[index]!, curvatures[index + 1]!]
    return {
      value:
        a * knots[index]!.value +
        b * knots[index + 1]!.value +
        (((a ** 3 - a) * left + (b ** 3 - b) * next) * h * h) / 6,
      slope: rise(index) + ((-(3 * a * a - 1) * left + (3 * b * b - 1) * next) * h) / 6,
    }
  }
}
