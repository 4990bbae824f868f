import type { NetworkDraft } from '../network/draft.ts'
import type { Choices } from './choices.ts'

/** A kind of place; its seed says which. */
export interface Family {
  readonly name: string
  readonly summary: string
  /** Never trained on: for tests of what was learnt. */
  readonly heldOut: boolean
  draw(choices: Choices): NetworkDraft
}
