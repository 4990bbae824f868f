import type { Tint } from './things.ts'

/** How a tree has grown, wherever it stands. */
export interface TreePlan {
  readonly heightM: number
  readonly tint: Tint
}
