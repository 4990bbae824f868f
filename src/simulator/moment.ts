import type { EgoMotion } from './ego-motion.ts'
import type { CarState } from './traffic.ts'
import type { WalkerState } from './walkers.ts'

/** Everything that moves, at one instant. */
export interface Moment {
  /** Since the world began; s. */
  readonly timeS: number
  readonly ego: EgoMotion
  readonly cars: readonly CarState[]
  readonly walkers: readonly WalkerState[]
}
