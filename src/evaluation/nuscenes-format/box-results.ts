import { secondsBetween } from '#messages'
import { attributeOf, type DetectionName, detectionNameOf, TRACKING_NAMES } from './detection-name.ts'
import type { BoxSource, FoundAgent, FoundFrame } from './found-agent.ts'
import { nearestTo, type ResultSample } from './samples.ts'

/** What the devkit takes of one sample at most (detection_cvpr_2019, tracking_nips_2019). */
const MOST_BOXES = 500

interface ResultBox {
  readonly sample_token: string
  /** Centre in the map; m. */
  readonly translation: readonly [number, number, number]
  /** Width, length, height; m. */
  readonly size: readonly [number, number, number]
  /** w, x, y, z. */
  readonly rotation: readonly [number, number, number, number]
  /** m/s. */
  readonly velocity: readonly [number, number]
}

export interface DetectionBox extends ResultBox {
  readonly detection_name: DetectionName
  readonly detection_score: number
  readonly attribute_name: string
}

export interface TrackingBox extends ResultBox {
  readonly tracking_id: string
  readonly tracking_name: DetectionName
  readonly tracking_score: number
}

/** A result file of nuScenes, as its devkit reads it. */
export interface ResultFile<Box> {
  readonly meta: {
    readonly use_camera: boolean
    readonly use_lidar: boolean
    readonly use_radar: boolean
    readonly use_map: boolean
    readonly use_external: boolean
    /** Not of the format, which passes it over: what of the tape the boxes are. */
    readonly source: BoxSource | 'none'
  }
  /** Every sample, also one without boxes. */
  readonly results: Readonly<Record<string, readonly Box[]>>
}

export interface BoxResults {
  readonly detection: ResultFile<DetectionBox>
  /** Only what was followed. */
  readonly tracking: ResultFile<TrackingBox>
  /** Agents that the task has no class for, by label. */
  readonly unclassed: Readonly<Record<string, number>>
}

/** Results for each sample, from the frame that is nearest to it, agents moved on to its instant by their velocity. */
export const boxResults = (
  source: BoxSource | undefined,
  frames: readonly FoundFrame[],
  samples: readonly ResultSample[],
): BoxResults => {
  const unclassed = new Map<string, number>()
  const perSample = samples.map((sample) => {
    const frame = nearestTo(frames, ({ timeNs }) => timeNs, sample.timeNs)
    const laterS = frame ? secondsBetween(frame.timeNs, sample.timeNs) : 0
    const named = (frame?.agents ?? []).flatMap((agent) => {
      const name = detectionNameOf(agent.label)
      if (name === undefined) unclassed.set(agent.label, (unclassed.get(agent.label) ?? 0) + 1)
      return name === undefined ? [] : [{ agent, name }]
    })
    const surest = named.toSorted((a, b) => b.agent.score - a.agent.score).slice(0, MOST_BOXES)
    return {
      token: sample.token,
      found: surest.map(({ agent, name }) => ({ agent, name, box: boxOf(sample, agent, laterS) })),
    }
  })
  const file = <Box>(boxes: (found: (typeof perSample)[number]['found']) => readonly Box[]): ResultFile<Box> => ({
    meta: {
      use_camera: true,
      use_lidar: false,
      use_radar: false,
      use_map: false,
      // The models were trained on more than nuScenes.
      use_external: true,
      source: source ?? 'none',
    },
    results: Object.fromEntries(perSample.map(({ token, found }) => [token, boxes(found)])),
  })
  return {
    detection: file((found) =>
      found.map(({ agent, name, box }) => ({
        ...box,
        detection_name: name,
        detection_score: agent.score,
        attribute_name: attributeOf(name, speedOf(agent)),
      })),
    ),
    tracking: file((found) =>
      found.flatMap(({ agent, name, box }) =>
        agent.id === undefined || !TRACKING_NAMES.has(name)
          ? []
          : [{ ...box, tracking_id: agent.id, tracking_name: name, tracking_score: agent.score }],
      ),
    ),
    unclassed: Object.fromEntries(unclassed),
  }
}

const speedOf = ({ velocityInMapMps }: FoundAgent): number | undefined =>
  velocityInMapMps && Math.hypot(velocityInMapMps.x, velocityInMapMps.y)

const boxOf = (
  { token }: ResultSample,
  { centreInMap, sizeM, mapFromBox: { w, x, y, z }, velocityInMapMps }: FoundAgent,
  laterS: number,
): ResultBox => {
  const velocity = velocityInMapMps ?? { x: 0, y: 0 }
  return {
    sample_token: token,
    translation: [centreInMap.x + velocity.x * laterS, centreInMap.y + velocity.y * laterS, centreInMap.z],
    size: [sizeM.y, sizeM.x, sizeM.z],
    rotation: [w, x, y, z],
    velocity: [velocity.x, velocity.y],
  }
}
