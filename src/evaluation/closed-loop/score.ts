import type { Scenario } from '#simulator'

export type Infraction = 'collision' | 'red-light' | 'off-road' | 'wrong-way' | 'left-route'

export type Contact = 'front' | 'side' | 'rear' | 'standing-ego' | 'standing-agent'

export interface Collision {
  /** After the planner took over; s. */
  readonly timeS: number
  readonly agentId: string
  readonly agent: 'vehicle' | 'cyclist' | 'pedestrian'
  /** Where the ego was touched, or who stood. */
  readonly contact: Contact
  /** As NAVSIM and nuPlan have it: with its front or into who stands; at its side only where it was in several lanes or off the road. */
  readonly atFault: boolean
  /** Of the ego; m/s. */
  readonly speedMps: number
}

export interface LineRun {
  readonly timeS: number
  /** Of the signal or sign. */
  readonly id: string
}

export interface ComfortScore {
  /** Whether every nuPlan limit was kept at every instant. */
  readonly comfortable: boolean
  /** By limit: the largest share of it that was used (1 is the limit), and for which share of the time it was exceeded. */
  readonly limits: Readonly<Record<string, { readonly worst: number; readonly exceeded: number }>>
}

export interface Interventions {
  readonly verdicts: number
  /** Plans that were judged, and those that were refused at some tick for what they were, not for having grown old. */
  readonly plansJudged: number
  readonly plansRefused: number
  /** By check: how many plans it was found against. */
  readonly refusedBy: Readonly<Record<string, number>>
  /** Verdicts that followed another plan than the newest, and those that followed none. */
  readonly olderPlanVerdicts: number
  readonly stopVerdicts: number
  /** How often a minimal-risk stop began. */
  readonly minimalRiskStops: number
}

export interface AnswerCounts {
  readonly requests: number
  readonly plans: number
  /** Faults of reading and answering, as in tasks/answer-unreadable. */
  readonly faults: Readonly<Record<string, number>>
}

/** One scenario in the closed loop. Everything counts from when the planner took over. */
export interface ClosedLoopScore {
  readonly scenario: Scenario
  readonly planner: string
  readonly latencyMs: number
  readonly drivenS: number
  /** time, arrived (at the end of the road), collision, left-route, interrupted. */
  readonly end: string
  /** Came to its time or the end of the road, and got half as far as the world's own driver or further. */
  readonly completed: boolean
  /** Kinds, each once. A collision that was not the ego's fault is none. */
  readonly infractions: readonly Infraction[]
  /** Completed without infraction. */
  readonly clean: boolean
  readonly collisions: readonly Collision[]
  readonly redLightsRun: readonly LineRun[]
  /** Told, but no infraction: the planner is not told of signs. */
  readonly stopSignsRun: readonly LineRun[]
  /** Time with a corner off what may be driven on; s. */
  readonly offRoadS: number
  /** Driven in a lane of the other direction; m. The most within a second decides: from 6 m on it is an infraction (NAVSIM). */
  readonly wrongWay: { readonly drivenM: number; readonly mostWithinSecondM: number }
  /** Along the way of the world's own driver; share of what that driver does in the same time, at most 1. */
  readonly progress: { readonly drivenM: number; readonly expertM: number; readonly share: number }
  readonly comfort: ComfortScore
  readonly interventions: Interventions
  readonly answers: AnswerCounts
}
