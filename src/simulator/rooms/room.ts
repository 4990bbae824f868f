import type { ColourName } from './colours.ts'
import type { Kind, Piece, RoomModel } from './models/model.ts'
import type { RoomLight } from './picture/light.ts'
import type { RoomCamera } from './picture/room-camera.ts'
import type { Point3, Span } from './shapes/mesh.ts'

export const ROOM_KINDS = ['table', 'counter', 'desk', 'shelf', 'floor'] as const
export type RoomKind = (typeof ROOM_KINDS)[number]

/** A level place where things stand; m. */
export interface Surface {
  /** As in: the table. */
  readonly name: string
  readonly how: 'on' | 'in'
  readonly x: Span
  readonly y: Span
  readonly zM: number
  /** Up to what is above it. */
  readonly clearanceM: number
  /** How much larger than a toy things are that stand here. */
  readonly scale: number
}

/** What belongs to the room and can be opened. */
export interface Fixture {
  /** As in: the drawer. */
  readonly name: string
  readonly kind: 'drawer' | 'cupboard' | 'door'
  readonly open: boolean
  /** In the room's frame; the part `handle` opens it. */
  readonly pieces: readonly Piece[]
  /** Where its inside is when it is open. */
  readonly inside?: Surface
}

/** A thing that can be named: no other of the room has its name. */
export interface Thing {
  /** As in: red mug. */
  readonly name: string
  readonly kind: Kind
  readonly colour: ColourName
  readonly model: RoomModel
  /** Of its foot; m. */
  readonly at: Point3
  readonly headingRad: number
  /** Name of the surface or of the thing that it stands on or in. */
  readonly standsOn: string
  readonly how: 'on' | 'in'
}

/** A place with things, seen by one camera; in its frame x runs right along the wall, y towards it, z up. */
export interface Room {
  readonly kind: RoomKind
  readonly seed: number
  readonly surfaces: readonly Surface[]
  readonly fixtures: readonly Fixture[]
  readonly things: readonly Thing[]
  /** What has no name, and of each surface what it is made of (part: its name). */
  readonly scenery: readonly Piece[]
  readonly camera: RoomCamera
  readonly light: RoomLight
}
