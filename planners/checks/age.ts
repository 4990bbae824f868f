import { above, below, type Check } from '../check.ts'

/** The plan is about the road of a moment ago, and not about the future. */
export const age: Check = (_, { ageS, maxAgeS, limits }) => [
  ...above('age', ageS, maxAgeS, 's', 'age of the plan'),
  ...below('age', ageS, -limits.clockToleranceS, 's', 'age of the plan'),
]
