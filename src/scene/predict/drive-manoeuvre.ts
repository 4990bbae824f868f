import { composePlanar, extrapolateConstantTurnRate, type PlanarPose } from '#geometry'
import type { Manoeuvre } from './manoeuvre.ts'

/** Short against every change of speed or turn rate here; s. */
const STEP_S = 0.1
/** What drivers accept sideways, so that a fast agent turns wider; m/s^2. */
const LATERAL_MPS2 = 3
/** A lane of a city street; m. */
const LANE_M = 3.5
/** Metres sideways for each along: no car shifts more steeply without turning. */
const SHIFT_SLOPE = 0.25

/** A pose on a path. */
export interface PathPose {
  /** s. */
  readonly timeS: number
  readonly pose: PlanarPose
  /** Gone since the start, either way; m. */
  readonly lengthM: number
}

const towards = (speedMps: number, { targetSpeedMps, accelerationMps2, decelerationMps2 }: Manoeuvre): number =>
  speedMps < targetSpeedMps
    ? Math.min(targetSpeedMps, speedMps + accelerationMps2 * STEP_S)
    : Math.max(targetSpeedMps, speedMps - decelerationMps2 * STEP_S)

/** Smooth from 0 to 1 with level ends, and its slope. */
const ease = (part: number): { readonly value: number; readonly slope: number } => ({
  value: part ** 3 * (10 - 15 * part + 6 * part ** 2),
  slope: 30 * part ** 2 * (1 - part) ** 2,
})

/**
 * Drives from a pose at a speed: constant acceleration up to the target speed, constant turn rate up to a quarter turn; a
 * lane shift is laid across over the whole horizon. Poses at every `periodS` up to `horizonS`.
 */
export const driveManoeuvre = (
  from: PlanarPose,
  fromSpeedMps: number,
  manoeuvre: Manoeuvre,
  { periodS, horizonS }: { readonly periodS: number; readonly horizonS: number },
): readonly PathPose[] => {
  let pose = from
  let speedMps = fromSpeedMps
  let lengthM = 0
  let turnedRad = 0
  const path: PathPose[] = []
  const stepsPerPeriod = Math.round(periodS / STEP_S)
  for (let step = 1; step <= Math.round(horizonS / STEP_S); step += 1) {
    const nextMps = towards(speedMps, manoeuvre)
    const meanMps = (speedMps + nextMps) / 2
    const curvaturePerM = Math.min(1 / manoeuvre.turnRadiusM, LATERAL_MPS2 / Math.max(meanMps * meanMps, 1e-6))
    const turnRad = Math.min(Math.abs(meanMps) * STEP_S * curvaturePerM, Math.PI / 2 - turnedRad)
    const turning = manoeuvre.turn === 0 ? 0 : (manoeuvre.turn * Math.sign(meanMps) * turnRad) / STEP_S
    turnedRad += Math.abs(turning) * STEP_S
    pose = extrapolateConstantTurnRate(pose, meanMps, turning, STEP_S)
    lengthM += Math.abs(meanMps) * STEP_S
    speedMps = nextMps
    if (step % stepsPerPeriod === 0) path.push({ timeS: (step / stepsPerPeriod) * periodS, pose, lengthM })
  }
  if (manoeuvre.laneShift === 0) return path
  const lastM = path.at(-1)?.lengthM ?? 0
  if (lastM === 0) return path
  const shiftM = manoeuvre.laneShift * Math.min(LANE_M, SHIFT_SLOPE * lastM)
  return path.map(({ timeS, pose: straight, lengthM: gone }) => {
    const { value, slope } = ease(gone / lastM)
    const direction = speedMps < 0 ? -1 : 1
    return {
      timeS,
      pose: composePlanar(straight, {
        xM: 0,
        yM: shiftM * value,
        headingRad: direction * Math.atan((shiftM * slope) / lastM),
      }),
      lengthM: gone,
    }
  })
}
