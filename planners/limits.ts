import { z } from 'zod'

const limit = (value: number, why: string) => z.number().positive().default(value).describe(why)

/**
 * What a plan must keep to be let through. Comfort limits are nuPlan's: the bounds that its human drivers keep, used by
 * NAVSIM too. Where refusing would be the greater danger (a plan that brakes hard, replaced by our gentle stop) the limit is
 * what a car can do, not what is pleasant.
 */
export const limitsSchema = z.strictObject({
  minHorizonS: limit(2, 'from the tick to the last pose: planMaxAge and one more second for its successor; s'),
  minStepS: limit(0.05, 'between poses: closer ones turn centimetres of rounding into metres per second; s'),
  maxStepS: limit(1, 'between poses: further ones hide a whole swerve; s'),
  maxSpeedMps: limit(50, '180 km/h: above any public speed limit; m/s'),
  speedMismatchMps: limit(
    1.5,
    'stated speed against distance over time: a full braking (9 m/s^2) that sets in within one step of 0.5 s makes 1.1; m/s',
  ),
  egoSpeedMismatchMps: limit(
    3,
    'speed of the plan now against the ego: 1 s (planMaxAge) of firm braking (2.5 m/s^2) the plan did not know of, and 0.5 m/s of wheel-speed error; m/s',
  ),
  slipRad: limit(
    0.2,
    'direction of travel against mean heading: 0 at the rear axle of a car that does not slide; 11 degrees leave room for bends that tighten within a step; rad',
  ),
  slipSlackM: limit(0.05, 'sideways, whatever the distance: poses of a standing car jitter by their rounding; m'),
  turnSlackRad: limit(
    0.05,
    'heading change beyond the steering: rounding to 0.01 at both ends and a standing compass; rad',
  ),
  headingResolutionRad: limit(0.01, 'the last decimal of a planned heading; rad'),
  lateralAccelerationMps2: limit(4.89, 'nuPlan comfort; beyond it tyres on a wet road slide; m/s^2'),
  accelerationMps2: limit(
    3,
    'nuPlan comfort is 2.40; 0.3 m/s of wheel-speed error over the first step of 0.5 s adds 0.6; m/s^2',
  ),
  decelerationMps2: limit(
    9,
    'full braking on a dry road (0.9 g). Not the comfortable 4.05 of nuPlan: to refuse an emergency stop and brake with 1 m/s^2 instead would be the danger; m/s^2',
  ),
  jerkMps3: limit(8.37, 'toward more acceleration: nuPlan comfort; m/s^3'),
  brakingJerkMps3: limit(
    20,
    'toward more braking: an emergency brake builds 9 m/s^2 up in 0.45 s. Not the comfortable 8.37, for the same reason; m/s^3',
  ),
  firstPoseM: limit(
    2,
    'of the first pose from where the ego will be then by itself; what full braking changes is added: 1 s of 3 m/s too much makes 1.5; m',
  ),
  longitudinalDeviationM: limit(2, 'of the ego from the plan now, along: as for the first pose; m'),
  lateralDeviationM: limit(
    0.8,
    'of the ego from the plan now, across: what a lane of 3.5 m leaves beside a car of 1.85 m; m',
  ),
  headingDeviationRad: limit(0.2, 'of the ego from the plan now: 0.8 m across after 4 m; rad'),
  clockToleranceS: limit(0.1, 'how far a plan may lie in the future: clocks kept by NTP; s'),
})

export type Limits = z.infer<typeof limitsSchema>

/** Slower than this is standing: wheel-speed sensors do not resolve less; m/s. */
export const STANDING_MPS = 0.1
