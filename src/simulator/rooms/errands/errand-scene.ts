import type { Room } from '../room.ts'

/** A thing as an errand needs it. */
export interface ErrandThing {
  /** As in: the red mug. */
  readonly name: string
  /** Name of the place or thing that it stands on or in; empty while it is held. */
  readonly standsOn: string
  readonly portable: boolean
  /** Room that it takes, and that it offers to one other; m. */
  readonly radiusM: number
  readonly holds?: { readonly how: 'on' | 'in'; readonly radiusM: number }
}

export interface ErrandPlace {
  /** As in: the table, the drawer. */
  readonly name: string
  /** Absent where nothing can be put. */
  readonly how?: 'on' | 'in'
  /** Absent for what is always open. */
  readonly open?: boolean
}

/** All that steps depend on; plain data, so that a file can carry it. */
export interface ErrandScene {
  readonly things: readonly ErrandThing[]
  readonly places: readonly ErrandPlace[]
  /** Name of what the one hand holds. */
  readonly holding?: string
}

/** A thing is to be somewhere, or something to be open or closed. */
export interface ErrandGoal {
  readonly thing?: string
  readonly place: string
  readonly open?: boolean
}

export const the = (name: string): string => `the ${name}`

export const errandSceneOf = ({ things, surfaces, fixtures }: Room): ErrandScene => ({
  things: things.map(({ name, standsOn, kind, model: { radiusM, support } }) => ({
    name: the(name),
    standsOn: things.some((other) => other.name === standsOn) ? the(standsOn) : standsOn,
    portable: kind.portable,
    radiusM,
    ...(support && { holds: { how: support.how, radiusM: support.radiusM } }),
  })),
  places: [
    ...surfaces.filter(({ how }) => how === 'on').map(({ name, how }) => ({ name, how })),
    ...fixtures.map(({ name, kind, open }) => ({ name, open, ...(kind === 'drawer' && { how: 'in' as const }) })),
  ],
})
