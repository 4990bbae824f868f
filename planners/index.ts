// The face of the planners: what is let through to the car. Imports nothing of what it checks.

export { chain } from './chain.ts'
export type { Check, CheckContext, Finding, Vehicle } from './check.ts'
export { type PlannersConfig, plannersConfig } from './config.ts'
export type { Ego } from './ego-motion.ts'
export { type JudgeInput, type Judgement, judge } from './judge.ts'
export type { Limits } from './limits.ts'
export { initialPlannersState, type PlannersState } from './state.ts'
export type { Node } from './trajectory.ts'
export type { VerdictBody, VerdictStep } from './verdict-body.ts'
