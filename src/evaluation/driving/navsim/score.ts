import { isComfortable, type Ride, rideOf } from './comfort.ts'
import { drivableArea } from './drivable-area.ts'
import { drivingDirection } from './driving-direction.ts'
import { isSteady } from './extended-comfort.ts'
import { laneKeeping } from './lane-keeping.ts'
import { noAtFaultCollision } from './no-at-fault-collision.ts'
import type { PlanState } from './plan-states.ts'
import { progress, progressM } from './progress.ts'
import { drivenIn, type Situation } from './situation.ts'
import { timeToCollision } from './time-to-collision.ts'
import { trafficLight } from './traffic-light.ts'

/** The terms of both scores, by NAVSIM's names; each in [0, 1]. */
export interface Terms {
  readonly nc: number
  readonly dac: number
  readonly ddc: number
  readonly tlc: number
  readonly ep: number
  readonly ttc: number
  /** Comfort of the plan alone (v1). */
  readonly c: number
  readonly lk: number
  /** Comfort of the last 1.5 s and the plan (v2). */
  readonly hc: number
  /** Absent where there is no plan of half a second before. */
  readonly ec?: number
}

export interface NavsimScore extends Terms {
  readonly pdms: number
  readonly epdms: number
}

export interface Proposal {
  readonly states: readonly PlanState[]
  /** How the ego came here, at 10 Hz, oldest first, now left out. */
  readonly past: readonly Ride[]
  /** The plan of half a second before. */
  readonly previous?: { readonly states: readonly PlanState[]; readonly beforeS: number } | undefined
}

/** PDMS (NAVSIM v1) = NC · DAC · (5 EP + 5 TTC + 2 C) / 12. */
export const pdms = ({ nc, dac, ep, ttc, c }: Terms): number => (nc * dac * (5 * ep + 5 * ttc + 2 * c)) / 12

/** EPDMS (v2) = NC · DAC · DDC · TLC · (5 EP + 5 TTC + 2 LK + 2 HC + 2 EC) / 16; without EC the others' weights alone (14). */
export const epdms = ({ nc, dac, ddc, tlc, ep, ttc, lk, hc, ec }: Terms): number => {
  const weighted = 5 * ep + 5 * ttc + 2 * lk + 2 * hc
  return nc * dac * ddc * tlc * (ec === undefined ? weighted / 14 : (weighted + 2 * ec) / 16)
}

/** NAVSIM v2: what the one who really drove fails too is held against nobody. */
const pardoned = (own: Terms, reference: Terms): Terms => {
  const names = Object.keys(own) as (keyof Terms)[]
  const entries = names.map((name) => [name, name !== 'ep' && reference[name] === 0 ? 1 : own[name]])
  return Object.fromEntries(entries) as unknown as Terms
}

/** Both scores of a plan, beside what the world's own driver does from the same place. */
export const navsimScore = (own: Graded, theirs: Graded): NavsimScore => {
  const ofV1 = { ...own.terms, ep: progress(weigh(own, ['nc', 'dac']), weigh(theirs, ['nc', 'dac'])) }
  const theirTerms = { ...theirs.terms, ep: 1 }
  const v2 = pardoned({ ...own.terms, ep: 0 }, theirTerms)
  const multipliers = ['nc', 'dac', 'ddc', 'tlc'] as const
  const ep = progress(
    weigh({ ...own, terms: v2 }, multipliers),
    weigh({ ...theirs, terms: pardoned(theirTerms, theirTerms) }, multipliers),
  )
  return { ...ofV1, pdms: pdms(ofV1), epdms: epdms({ ...v2, ep }) }
}

/** All terms but progress, which needs the reference. */
export interface Graded {
  readonly terms: Omit<Terms, 'ep'>
  readonly progressM: number
}

const weigh = ({ terms, progressM: gainedM }: Graded, names: readonly ('nc' | 'dac' | 'ddc' | 'tlc')[]) => ({
  progressM: gainedM,
  multiplier: names.reduce((product, name) => product * terms[name], 1),
})

/** What a proposal is worth for itself: the reference's is the same for all plans of a scene. */
export const grade = ({ states, past, previous }: Proposal, situation: Situation): Graded => {
  const driven = drivenIn(states, situation)
  const ride = rideOf(states)
  return {
    progressM: progressM(driven, situation),
    terms: {
      nc: noAtFaultCollision(driven, situation),
      dac: drivableArea(driven),
      ddc: drivingDirection(driven),
      tlc: trafficLight(driven, situation),
      ttc: timeToCollision(driven, situation),
      c: Number(isComfortable(ride)),
      lk: laneKeeping(driven, situation),
      hc: Number(isComfortable([...past, ...ride])),
      ...(previous && { ec: Number(isSteady(previous.states, states, previous.beforeS)) }),
    },
  }
}
