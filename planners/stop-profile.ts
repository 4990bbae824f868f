import type { StopLimits } from './config.ts'

/** A time of constant jerk. */
interface Phase {
  readonly durationS: number
  /** m/s^3. */
  readonly jerkMps3: number
}

/** Speed over time until standstill: brakes on, holds, and lets go so that the deceleration is 0 as the car stands. */
export interface StopProfile {
  readonly startSpeedMps: number
  /** Never positive; m/s^2. */
  readonly startAccelerationMps2: number
  readonly phases: readonly Phase[]
}

export interface StopInstant {
  readonly speedMps: number
  /** Never positive; m/s^2. */
  readonly accelerationMps2: number
  /** Since the start; m. */
  readonly distanceM: number
}

/**
 * The quickest stop from a speed (not negative) and an acceleration within the limits. An acceleration that cannot begin such
 * a stop (speeding up, braking harder than the limit, or so hard that the last of the speed is gone before the brake is let
 * go) is brought to the nearest that can.
 */
export const stopProfile = (
  speedMps: number,
  accelerationMps2: number,
  { decelerationMps2, jerkMps3 }: StopLimits,
): StopProfile => {
  const startDecelerationMps2 = Math.min(
    Math.max(-accelerationMps2, 0),
    decelerationMps2,
    Math.sqrt(2 * jerkMps3 * speedMps),
  )
  // Without a hold, the speed lost going up to the peak and down to 0 is (2 peak^2 - start^2) / (2 jerk).
  const peakMps2 = Math.min(decelerationMps2, Math.sqrt(jerkMps3 * speedMps + startDecelerationMps2 ** 2 / 2))
  const lostMps = (2 * peakMps2 ** 2 - startDecelerationMps2 ** 2) / (2 * jerkMps3)
  const holdS = peakMps2 > 0 ? Math.max(0, (speedMps - lostMps) / peakMps2) : 0
  return {
    startSpeedMps: speedMps,
    startAccelerationMps2: -startDecelerationMps2 || 0,
    phases: [
      { durationS: Math.max(0, (peakMps2 - startDecelerationMps2) / jerkMps3), jerkMps3: -jerkMps3 },
      { durationS: holdS, jerkMps3: 0 },
      { durationS: peakMps2 / jerkMps3, jerkMps3 },
    ],
  }
}

/** Until it stands; s. */
export const stopDurationS = ({ phases }: StopProfile): number =>
  phases.reduce((sum, { durationS }) => sum + durationS, 0)

/** At a time since the start; standing from the end on. */
export const stopInstant = (profile: StopProfile, timeS: number): StopInstant => {
  let instant: StopInstant = {
    speedMps: profile.startSpeedMps,
    accelerationMps2: profile.startAccelerationMps2,
    distanceM: 0,
  }
  let leftS = timeS
  for (const { durationS, jerkMps3 } of profile.phases) {
    const { speedMps: v, accelerationMps2: a, distanceM: s } = instant
    const t = Math.min(leftS, durationS)
    instant = {
      speedMps: Math.max(0, v + a * t + (jerkMps3 * t * t) / 2),
      accelerationMps2: Math.min(0, a + jerkMps3 * t),
      distanceM: s + v * t + (a * t * t) / 2 + (jerkMps3 * t * t * t) / 6,
    }
    leftS -= t
  }
  // At the end exactly 0, whatever the sum rounded to.
  return timeS >= stopDurationS(profile) ? { ...instant, speedMps: 0, accelerationMps2: 0 } : instant
}
