import type { Check } from '../check.ts'

/** Every number is one. */
export const finite: Check = (nodes) =>
  nodes.flatMap(({ timeS, pose, speedMps, step }) => {
    const odd = [timeS, pose.xM, pose.yM, pose.headingRad, speedMps].find((value) => !Number.isFinite(value))
    if (odd === undefined) return []
    const message = `expected finite numbers, found ${odd}`
    return [
      { check: 'finite', value: odd, limit: Number.MAX_VALUE, unit: '', message, ...(step !== undefined && { step }) },
    ]
  })
