import type { ColourName } from '../colours.ts'
import type { Dice } from '../dice.ts'
import type { Material, Rgb } from '../shapes/material.ts'
import type { Mesh } from '../shapes/mesh.ts'

/** A part of a thing that can be named and pointed at. */
export interface Piece {
  readonly part: string
  readonly mesh: Mesh
  readonly material: Material
}

/** A thing in its own frame: origin under its middle, on what it stands on; m. */
export interface RoomModel {
  readonly pieces: readonly Piece[]
  /** Of the circle in which it stands. */
  readonly radiusM: number
  readonly heightM: number
  /** Where another thing may stand: on it, or in it. */
  readonly support?: { readonly how: 'on' | 'in'; readonly radiusM: number; readonly heightM: number }
}

/** What is asked of a part, as in: which part of the mug should be touched to lift it? */
export interface Affordance {
  readonly part: string
  readonly action: string
}

export interface Kind {
  readonly name: string
  readonly colours: readonly ColourName[]
  /** Small enough for a hand, a bowl or a plate. */
  readonly portable: boolean
  /** Where one finds it. */
  readonly places: readonly ('surface' | 'floor')[]
  readonly affordances: readonly Affordance[]
  readonly build: (colour: Rgb, dice: Dice) => RoomModel
}
