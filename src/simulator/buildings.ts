import type { Tint } from './things.ts'

/** How a house is built, wherever it stands. */
export interface HousePlan {
  /** Along the road, across it, and to the eaves; m. */
  readonly sizeM: { readonly along: number; readonly across: number; readonly eaves: number }
  /** From the eaves to the ridge; m. */
  readonly roofM: number
  readonly wall: Tint
  readonly roof: Tint
}
