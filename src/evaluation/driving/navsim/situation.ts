import type { PlanarBox, PlanarPoint } from '#geometry'
import { type EgoArea, egoArea } from './ego-area.ts'
import type { Other } from './others.ts'
import { bodyAt, type EgoBody, type PlanState } from './plan-states.ts'
import type { Road } from './road.ts'

/** The world around a plan: what the terms of the score look at. */
export interface Situation {
  readonly road: Road
  readonly others: readonly Other[]
  /** What a light shows at an instant after now (s), by its id; undefined where nothing is known. */
  readonly isRedAt: (lightId: string, timeS: number) => boolean
  /** The way that the route leads, from behind the ego on; m. */
  readonly routeLine: readonly PlanarPoint[]
  readonly body: EgoBody
}

/** A plan in its situation. */
export interface Driven {
  readonly states: readonly PlanState[]
  /** Of each state. */
  readonly bodies: readonly PlanarBox[]
  readonly areas: readonly EgoArea[]
}

export const drivenIn = (states: readonly PlanState[], { road, body }: Situation): Driven => {
  const bodies = states.map(({ pose }) => bodyAt(pose, body))
  return { states, bodies, areas: bodies.map((box) => egoArea(box, road)) }
}
