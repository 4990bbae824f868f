import type { Dice, ErrandGoal, ErrandScene, RoomSight } from '#simulator'

/** A pixel of the image: column and row. */
export type PixelPoint = readonly [x: number, y: number]

interface AskedOfAny {
  /** What is practised, as in point/one. */
  readonly skill: string
  /** Names of the things that it is about, as in red mug. */
  readonly about: readonly string[]
}

/** Where something is. */
export interface AskedWhere extends AskedOfAny {
  readonly task: 'point' | 'affordance'
  /** Of a point: what to point at. Of an affordance: what is acted on. */
  readonly description: string
  /** Of an affordance, as in: lift it. */
  readonly action?: string
  readonly points: readonly PixelPoint[]
  /** 1 where a point is right, row by row. */
  readonly mask: Uint8Array
}

/** How things lie to each other. */
export interface AskedSpatial extends AskedOfAny {
  readonly task: 'spatial'
  readonly question: string
  readonly answers: readonly string[] | 'yes-no' | 'free'
  /** The text of the right option, yes, no, or a phrase. */
  readonly right: string
}

/** What to do. */
export interface AskedPlan extends AskedOfAny {
  readonly task: 'task-plan'
  readonly goal: string
  readonly done: readonly string[]
  readonly options: readonly string[]
  /** Of options: the right one alone. */
  readonly steps: readonly string[]
  readonly errand: { readonly scene: ErrandScene; readonly goal: ErrandGoal }
  /** The room as it looks after what is done, where that is not as it was made. */
  readonly sight?: RoomSight
}

export type Asked = AskedWhere | AskedSpatial | AskedPlan

/** Finds something to ask about a room; undefined where there is nothing of its kind. */
export type Asker = (sight: RoomSight, dice: Dice) => Asked | undefined
