import type { Verdict_Finding } from '#messages'
import type { Limits } from './limits.ts'
import type { Node } from './trajectory.ts'

/** A limit that was not kept. */
export type Finding = Readonly<Pick<Verdict_Finding, 'check' | 'value' | 'limit' | 'unit' | 'message'>> & {
  readonly step?: number
}

/** What the vehicle can do. */
export interface Vehicle {
  readonly wheelbaseM: number
  /** Of the front road wheels; rad. */
  readonly maxSteeringAngleRad: number
}

export interface CheckContext {
  readonly limits: Limits
  readonly vehicle: Vehicle
  /** Along ego x now; absent when not known; m/s. */
  readonly egoSpeedMps: number | undefined
  /** Absent when not known; rad/s. */
  readonly egoYawRateRadps: number | undefined
  /** Of the plan; s. */
  readonly ageS: number
  /** s. */
  readonly maxAgeS: number
}

/**
 * Looks at a trajectory in the ego frame now (times after now; the node before now comes first) and names what is wrong with
 * it; nothing when all is well. Pure; must take any number, NaN and infinity too.
 */
export type Check = (nodes: readonly Node[], context: CheckContext) => readonly Finding[]

/** One finding when the value is above the limit, or no number. */
export const above = (
  check: string,
  value: number,
  limit: number,
  unit: string,
  what: string,
  step?: number,
): readonly Finding[] => (value <= limit ? [] : [finding(check, value, limit, unit, `${what}: expected at most`, step)])

/** One finding when the value is below the limit, or no number. */
export const below = (
  check: string,
  value: number,
  limit: number,
  unit: string,
  what: string,
  step?: number,
): readonly Finding[] =>
  value >= limit ? [] : [finding(check, value, limit, unit, `${what}: expected at least`, step)]

const finding = (
  check: string,
  value: number,
  limit: number,
  unit: string,
  expected: string,
  step: number | undefined,
): Finding => {
  const message = `${expected} ${text(limit)} ${unit}, found ${text(value)}`
  return { check, value, limit, unit, message, ...(step === undefined ? {} : { step }) }
}

/** Short, and whole numbers of any size as they are. */
const text = (value: number): string => (Math.abs(value) < 1e6 ? value.toFixed(3) : String(value))
