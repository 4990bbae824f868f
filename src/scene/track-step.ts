import { Fault_Severity, type FaultReport, secondsBetween } from '#messages'
import { mayBeOne } from './agent-kind.ts'
import { assign } from './assign.ts'
import type { SceneConfig } from './config.ts'
import { determinantOf, mahalanobisSquared } from './covariance.ts'
import type { Detection } from './detection.ts'
import {
  beliefFrom,
  differenceOf,
  innovationCovariance,
  type Measurement,
  mayReach,
  measurementOf,
  predictBelief,
  type Reach,
  reachOf,
  updateBelief,
} from './kalman.ts'
import { priorOf } from './kind-prior.ts'
import type { SceneState, TrackState } from './track-state.ts'
import { isVisible, type OpenEye } from './visible.ts'

/** One frame set, as far as following agents goes. */
export interface Sighting {
  /** The set's instant, to which all tracks are brought; ns since the Unix epoch. */
  readonly timeNs: bigint
  /** One an agent: see mergeViews. */
  readonly detections: readonly Detection[]
  /** Cameras whose images were looked at. A missing one ends no track. Empty: nothing is missed. */
  readonly eyes: readonly OpenEye[]
}

export interface SceneStep {
  readonly state: SceneState
  /** Which detections (by their keys) each track took in, in order of the tracks. */
  readonly sightings: readonly { readonly number: number; readonly keys: readonly string[] }[]
  readonly faults: readonly FaultReport[]
}

/** Chi-squared with two degrees of freedom: 99.9 % of an agent's own detections are nearer. */
const GATE = 13.8

/** Takes one frame set in: predict, assign, update, begin, end. Pure; the same input gives the same output, bit for bit. */
export const trackStep = (state: SceneState, sighting: Sighting, config: SceneConfig): SceneStep => {
  const { timeNs, detections, eyes } = sighting
  const wentBack = state.timeNs !== undefined && timeNs < state.timeNs
  const tracks = (wentBack ? [] : state.tracks).map((track) => carryOn(track, timeNs))
  const measurements = detections.map((detection) => measurementOf(detection, secondsBetween(timeNs, detection.timeNs)))
  const reachable = tracks.map((track) => ({ track, reach: reachOf(track.belief) }))
  const pairs = assign(reachable, measurements, costOf)
  const detectionOf = new Map(pairs)
  const taken = new Set(detectionOf.values())
  const followed = tracks.flatMap((track, index) => {
    const measurement = measurements[detectionOf.get(index) ?? -1]
    const next = measurement ? seen(track, measurement, timeNs) : unseen(track, eyes, config, timeNs)
    return next ? [{ track: next, keys: measurement?.detection.keys ?? [] }] : []
  })
  const born = detections
    .filter((_, index) => !taken.has(index))
    .map((detection, index) => ({
      track: begin(detection, state.nextNumber + index, timeNs),
      keys: detection.keys,
    }))
  const all = [...followed, ...born]
  const kept = keepWithin(all, config.maxTracks)
  return {
    state: { nextNumber: state.nextNumber + born.length, tracks: kept.map(({ track }) => track), timeNs },
    sightings: kept.map(({ track, keys }) => ({ number: track.number, keys })),
    faults: [
      ...(wentBack
        ? [
            fault(
              'clock-jump',
              `expected sets in order of time, found one ${secondsBetween(timeNs, state.timeNs!)} s back: tracks begin anew`,
            ),
          ]
        : []),
      ...(kept.length < all.length
        ? [
            fault(
              'too-many-tracks',
              `expected at most ${config.maxTracks} agents, found ${all.length}: the least seen are dropped`,
            ),
          ]
        : []),
    ],
  }
}

const fault = (code: string, message: string): FaultReport => ({
  source: 'scene',
  code,
  severity: Fault_Severity.WARNING,
  message,
  topic: '/scene/tracks',
})

const carryOn = (track: TrackState, timeNs: bigint): TrackState => ({
  ...track,
  belief: predictBelief(track.belief, priorOf(track.kind), secondsBetween(track.timeNs, timeNs)),
  timeNs,
})

interface Reachable {
  readonly track: TrackState
  readonly reach: Reach
}

/** Minus twice the log likelihood, but for a constant: of two tracks that could be it, the surer is nearer. */
const costOf = ({ track: { belief, kind }, reach }: Reachable, measurement: Measurement): number | undefined => {
  if (!mayReach(reach, measurement, Math.sqrt(GATE)) || !mayBeOne(kind, measurement.detection.kind)) return undefined
  const covariance = innovationCovariance(belief, measurement)
  const squared = mahalanobisSquared(differenceOf(belief, measurement), covariance)
  return squared <= GATE ? squared + Math.log(determinantOf(covariance)) : undefined
}

const seen = (track: TrackState, measurement: Measurement, timeNs: bigint): TrackState => ({
  ...track,
  ...whatItIs(measurement.detection),
  belief: updateBelief(track.belief, measurement),
  lastSeenNs: timeNs,
  sightings: track.sightings + 1,
  misses: 0,
})

const whatItIs = ({ label, kind, views, sizeM, headingInMapRad }: Detection) => ({
  label,
  kind,
  views,
  sizeM,
  ...(headingInMapRad === undefined ? {} : { measuredHeadingRad: headingInMapRad }),
})

const begin = (detection: Detection, number: number, timeNs: bigint): TrackState => {
  const prior = priorOf(detection.kind)
  const sinceS = secondsBetween(detection.timeNs, timeNs)
  return {
    ...whatItIs(detection),
    number,
    belief: predictBelief(beliefFrom(detection, prior), prior, sinceS),
    timeNs,
    firstSeenNs: timeNs,
    lastSeenNs: timeNs,
    sightings: 1,
    misses: 0,
  }
}

/** Undefined: it ends here. */
const unseen = (
  track: TrackState,
  eyes: readonly OpenEye[],
  { coastS, missesToDie }: SceneConfig,
  timeNs: bigint,
): TrackState | undefined => {
  const [xM, yM] = track.belief.mean as [number, number]
  const misses = isVisible(eyes, { xM, yM }) ? track.misses + 1 : track.misses
  return misses >= missesToDie || secondsBetween(track.lastSeenNs, timeNs) > coastS ? undefined : { ...track, misses }
}

const keepWithin = <T extends { readonly track: TrackState }>(all: readonly T[], maxTracks: number): readonly T[] => {
  if (all.length <= maxTracks) return all
  const ranked = all.toSorted(
    ({ track: a }, { track: b }) =>
      Number(b.lastSeenNs - a.lastSeenNs) || b.sightings - a.sightings || a.number - b.number,
  )
  return ranked.slice(0, maxTracks).toSorted((a, b) => a.track.number - b.track.number)
}
