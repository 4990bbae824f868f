import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE, type PlanarPose } from '#geometry'
import type { Vehicle } from './check.ts'
import type { PlannersConfig } from './config.ts'
import type { Ego } from './ego-motion.ts'
import { STANDING_MPS } from './limits.ts'
import { checkedAheadM, checkedPath, isOnPath, posesAhead, presentArc, type StopPath } from './stop-path.ts'
import { type StopProfile, stopDurationS, stopInstant, stopProfile } from './stop-profile.ts'
import type { VerdictStep } from './verdict-body.ts'

/** A stop that goes on. */
export interface Stop {
  /** As of the last tick, seen from the ego then. */
  readonly path: StopPath
  /** The plan that the path was checked with; 0 when it is guessed from the ego's turn. */
  readonly planRequestId: bigint
  /** Past the checked path: brakes more, and does not go back. */
  readonly firm: boolean
  readonly profile: StopProfile
}

export interface StopInput {
  readonly tickTimeNs: bigint
  readonly ego: Ego | undefined
  /** The stop so far, its path seen from the ego now, and how long ago its profile began. */
  readonly before: { readonly stop: Stop; readonly sinceS: number } | undefined
  /** The last valid plan's poses seen from the ego now, and its speed now where its times reach that far. */
  readonly lastValid:
    | { readonly requestId: bigint; readonly poses: readonly PlanarPose[]; readonly speedMps: number | undefined }
    | undefined
  readonly vehicle: Vehicle
  readonly config: PlannersConfig
}

export interface StopOutput {
  readonly stop: Stop | undefined
  readonly steps: VerdictStep[]
  readonly change: string
}

/** Between the poses of a stop, as in a plan; s. */
const STEP_S = 0.5
/** Nearer to standstill than this, a pose is left out: the standing one says it; s. */
const LAST_STEP_S = 0.1
/** Beyond the stop, so that the path does not end where the car does; m. */
const BEYOND_M = 10

/** Brakes within comfort along the last checked path, firmly where the path is a guess, each from where and how the ego is now. */
export const minimalRiskStop = (input: StopInput): StopOutput => {
  const { tickTimeNs, ego, before, lastValid, config } = input
  const expected = before && stopInstant(before.stop.profile, before.sinceS)
  const speedMps = ego?.speedMps ?? expected?.speedMps ?? lastValid?.speedMps
  if (speedMps === undefined || Math.abs(speedMps) < STANDING_MPS) {
    const why = speedMps === undefined ? 'the speed of the ego is not known' : 'the ego stands'
    const step = { timeNs: tickTimeNs + seconds(STEP_S), poseInEgo: IDENTITY_PLANAR_POSE, speedMps: 0 }
    // Rolling on is a new stop, from the path as it is then.
    return { stop: undefined, steps: [step], change: `stand: ${why}` }
  }

  const rolls = Math.abs(speedMps)
  const accelerationMps2 = expected?.accelerationMps2 ?? (ego?.accelerationMps2 ?? 0) * Math.sign(speedMps)
  const comfortable = stopProfile(rolls, accelerationMps2, config.comfortableStop)
  const guessM = stopInstant(comfortable, stopDurationS(comfortable)).distanceM + BEYOND_M
  const { path, planRequestId } = choosePath(input, rolls, guessM)
  const firm = before?.stop.firm || checkedAheadM(path) === 0
  const limits = firm ? config.firmStop : config.comfortableStop
  const profile = firm ? stopProfile(rolls, accelerationMps2, limits) : comfortable

  const durationS = stopDurationS(profile)
  const times = Array.from({ length: Math.ceil(durationS / STEP_S) }, (_, index) => (index + 1) * STEP_S)
    .filter((timeS) => timeS < durationS - LAST_STEP_S)
    .concat(Math.max(durationS, LAST_STEP_S))
  const instants = times.map((timeS) => stopInstant(profile, timeS))
  const distances = instants.map(({ distanceM }) => distanceM)
  const poses =
    speedMps > 0
      ? posesAhead(path, rolls, distances)
      : distances.map((distanceM) => extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, -1, 0, distanceM))
  const along = planRequestId === 0n ? "the ego's present turn" : `the path of plan ${planRequestId}`
  return {
    stop: { path, planRequestId, firm, profile },
    steps: times.map((timeS, index) => ({
      timeNs: tickTimeNs + seconds(timeS),
      poseInEgo: poses[index]!,
      speedMps: instants[index]!.speedMps,
    })),
    change: `stop along ${along}: ${firm ? 'firm' : 'comfortable'} (${limits.decelerationMps2} m/s^2, ${limits.jerkMps3} m/s^3), standing after ${durationS.toFixed(1)} s and ${distances.at(-1)!.toFixed(1)} m`,
  }
}

const seconds = (timeS: number): bigint => BigInt(Math.round(timeS * 1e9))

/** The path of the stop so far, else of the last valid plan, where the ego is on it; else on as the ego turns now. */
const choosePath = (
  { ego, before, lastValid, vehicle, config }: StopInput,
  speedMps: number,
  guessM: number,
): Pick<Stop, 'path' | 'planRequestId'> => {
  if (before && isOnPath(before.stop.path, config.limits)) return before.stop
  const planned = !before && lastValid && checkedPath(lastValid.poses, guessM)
  if (planned && isOnPath(planned, config.limits)) return { path: planned, planRequestId: lastValid.requestId }
  return { path: presentArc(speedMps, ego?.yawRateRadps, guessM, vehicle, config.limits), planRequestId: 0n }
}
