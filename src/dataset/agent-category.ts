import { Perception_Kind as Kind } from '#messages'

/** What the model is to call an agent. */
export interface AgentName {
  readonly kind: Kind
  /** The kind's word, as perception writes it and tracks carry it on. */
  readonly label: string
}

/** First match wins; nuScenes' categories, which the simulator speaks too. */
const NAMES: readonly (readonly [RegExp, AgentName])[] = [
  [/^human/, { kind: Kind.PEDESTRIAN, label: 'pedestrian' }],
  [/bicycle/, { kind: Kind.BICYCLE, label: 'bicycle' }],
  [/motorcycle/, { kind: Kind.MOTORCYCLE, label: 'motorcycle' }],
  [/\.bus/, { kind: Kind.BUS, label: 'bus' }],
  [/truck|construction/, { kind: Kind.TRUCK, label: 'truck' }],
  [/trailer/, { kind: Kind.TRAILER, label: 'trailer' }],
  [/\.(car|emergency)/, { kind: Kind.CAR, label: 'car' }],
  [/^animal/, { kind: Kind.ANIMAL, label: 'animal' }],
  [/cone/, { kind: Kind.CONE, label: 'cone' }],
  [/barrier/, { kind: Kind.BARRIER, label: 'barrier' }],
]

export const nameOfCategory = (category: string): AgentName =>
  NAMES.find(([pattern]) => pattern.test(category))?.[1] ?? { kind: Kind.OTHER, label: 'other' }
