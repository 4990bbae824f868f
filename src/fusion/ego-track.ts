import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE, type PlanarPose } from '#geometry'
import { type EgoState, Fault_Severity, type FaultReport, secondsBetween } from '#messages'
import type { FusionConfig } from './config.ts'
import { type EgoSample, egoSampleFrom } from './ego-sample.ts'

/** A sample and where it was. */
export interface EgoPoint extends EgoSample {
  /** Measured, or carried on from the point before by speed and yaw rate; m, m, rad. */
  readonly pose?: PlanarPose | undefined
  /** Poses of different numbers are in frames that nothing ties together. */
  readonly poseFrame: number
  /** Whether the frame is the map, or one that began where dead reckoning did. */
  readonly inMap: boolean
}

/** The last seconds of ego states, oldest first, one a capture time. */
export interface EgoTrack {
  readonly points: readonly EgoPoint[]
  /** Too old states since one was last taken. */
  readonly tooOldInARow: number
}

export const initialEgoTrack: EgoTrack = { points: [], tooOldInARow: 0 }

/** Beyond the history: a frame set's instant lies a wait and a camera's delay back, and two states frame its oldest sample; s. */
const KEPT_BEYOND_HISTORY_S = 2
/** 200 Hz for the longest history (10 s) and what is kept beyond it. */
const POINTS_KEPT = 2400
/** As many too old states in a row are no stragglers: the clock went back. */
const TOO_OLD_IN_A_ROW = 8

const place = (before: EgoPoint | undefined, sample: EgoSample, config: FusionConfig): EgoPoint => {
  const poseFrame = before?.poseFrame ?? 0
  if (sample.measuredPose) {
    // Dead reckoning began anywhere: the map it now turns out to be in says nothing of where.
    const untied = before !== undefined && !before.inMap
    return { ...sample, pose: sample.measuredPose, poseFrame: untied ? poseFrame + 1 : poseFrame, inMap: true }
  }
  const gapS = before ? secondsBetween(before.timeNs, sample.timeNs) : 0
  const speeds = [before?.speedMps, sample.speedMps].filter((speed) => speed !== undefined)
  if (before?.pose && gapS * 1000 <= config.egoMaxGapMs && speeds.length > 0) {
    const speedMps = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length
    const rates = [before.yawRateRadps, sample.yawRateRadps].filter((rate) => rate !== undefined)
    if (rates.length > 0) {
      const yawRateRadps = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
      const pose = extrapolateConstantTurnRate(before.pose, speedMps, yawRateRadps, gapS)
      return { ...sample, pose, poseFrame, inMap: before.inMap }
    }
  }
  if (sample.speedMps === undefined || sample.yawRateRadps === undefined) {
    return { ...sample, pose: undefined, poseFrame, inMap: before?.inMap ?? false }
  }
  return { ...sample, pose: IDENTITY_PLANAR_POSE, poseFrame: poseFrame + 1, inMap: false }
}

const fault = (code: string, severity: Fault_Severity, message: string): FaultReport => ({
  source: 'fusion',
  code,
  severity,
  message,
  topic: '/sensors/ego',
})

/** Puts the state where its capture time belongs, and carries poses on from there. */
export const admitToEgoTrack = (
  track: EgoTrack,
  message: EgoState,
  eventTimeNs: bigint,
  config: FusionConfig,
): { readonly track: EgoTrack; readonly faults: readonly FaultReport[] } => {
  const { sample, refused } = egoSampleFrom(message)
  const aheadMs = Number(sample.timeNs - eventTimeNs) / 1e6
  if (aheadMs > config.clockToleranceMs) {
    const found = `expected a capture at most ${config.clockToleranceMs} ms after its arrival, found ${aheadMs} ms`
    return { track, faults: [fault('ego-from-future', Fault_Severity.WARNING, found)] }
  }
  const faults = refused.map((field) =>
    fault(
      'ego-field-unusable',
      Fault_Severity.WARNING,
      `expected numbers that a car can reach and a unit quaternion in ${field}`,
    ),
  )
  const keptS = config.historyS + KEPT_BEYOND_HISTORY_S
  const newest = track.points.at(-1)
  const behindS = newest ? secondsBetween(sample.timeNs, newest.timeNs) : 0
  if (behindS > keptS) {
    const tooOldInARow = track.tooOldInARow + 1
    if (tooOldInARow >= TOO_OLD_IN_A_ROW) {
      const found = `expected rising captures, found ${tooOldInARow} in a row ${behindS} s back: the history starts anew`
      return {
        track: { points: [place(undefined, sample, config)], tooOldInARow: 0 },
        faults: [...faults, fault('clock-jump', Fault_Severity.ERROR, found)],
      }
    }
    const found = `expected at most ${keptS} s behind the newest, found ${behindS} s`
    return {
      track: { ...track, tooOldInARow },
      faults: [...faults, fault('ego-too-old', Fault_Severity.WARNING, found)],
    }
  }
  const at = track.points.findLastIndex(({ timeNs }) => timeNs < sample.timeNs) + 1
  if (track.points[at]?.timeNs === sample.timeNs) {
    const found = `a second state of ${sample.timeNs} is dropped`
    return { track, faults: [...faults, fault('ego-duplicate', Fault_Severity.INFO, found)] }
  }
  const points = track.points.slice(0, at)
  for (const next of [sample, ...track.points.slice(at)]) points.push(place(points.at(-1), next, config))
  const oldestKeptNs = points.at(-1)!.timeNs - BigInt(Math.round(keptS * 1e9))
  const firstKept = points.findIndex(({ timeNs }) => timeNs >= oldestKeptNs)
  points.splice(0, Math.max(firstKept, points.length - POINTS_KEPT))
  return { track: { points, tooOldInARow: 0 }, faults }
}
