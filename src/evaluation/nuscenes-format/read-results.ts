import { OutriderError } from '#errors'
import { quaternionFromYaw, transformFromPose } from '#geometry'
import { readTape } from '#log'
import {
  decode,
  EgoStateSchema,
  type FrameSet,
  FrameSetSchema,
  type GroundTruth,
  GroundTruthSchema,
  type Perception,
  PerceptionSchema,
  type Plan,
  PlanSchema,
  RunConfigSchema,
  type Tracks,
  TracksSchema,
} from '#messages'
import { type PipelineConfig, pipelineConfig } from '#pipeline'
import { egoPoseAt, type StampedEgoPose } from '#scene'
import { BOX_SOURCES, type BoxSource, type FoundAgent, type FoundFrame } from './found-agent.ts'
import { liftPerception } from './lift-perception.ts'

/** What of a tape goes into results. */
export interface TapeResults {
  /** What the boxes are; undefined where the tape has none of any kind. */
  readonly source: BoxSource | undefined
  /** In the tape's order. */
  readonly frames: readonly FoundFrame[]
  readonly plans: readonly Plan[]
  /** In order of time. */
  readonly egoPoses: readonly StampedEgoPose[]
}

interface Contents {
  config?: PipelineConfig
  readonly tracks: Tracks[]
  readonly perceptions: Perception[]
  readonly truths: GroundTruth[]
  readonly plans: Plan[]
  readonly frameSets: FrameSet[]
  readonly egoPoses: StampedEgoPose[]
}

export interface ReadResultsOptions {
  /** Default: the first that the tape has, in the order of BOX_SOURCES. */
  readonly from?: BoxSource | undefined
  readonly onProgress?: (doneBytes: number, sizeBytes: number) => void
}

/** Reads boxes and plans of a tape. Throws OutriderError EXPORT_NO_BOXES where the wanted ones are not there, and what readTape throws. */
export const readResults = async (
  tape: string,
  { from, onProgress }: ReadResultsOptions = {},
): Promise<TapeResults> => {
  const contents = await readContents(tape, onProgress)
  const { tracks, perceptions, truths, plans } = contents
  const egoPoses = contents.egoPoses.toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))
  const counts: Readonly<Record<BoxSource, number>> = {
    tracks: tracks.length,
    perception: perceptions.length,
    'ground-truth': truths.length,
  }
  const source = from ?? BOX_SOURCES.find((candidate) => counts[candidate] > 0)
  if (source !== undefined && counts[source] === 0) {
    throw new OutriderError({
      code: 'EXPORT_NO_BOXES',
      expected: `${source} in ${tape}`,
      found: Object.entries(counts)
        .map(([name, count]) => `${count} of ${name}`)
        .join(', '),
    })
  }
  const read: Readonly<Record<BoxSource, () => readonly FoundFrame[]>> = {
    tracks: () => tracks.map((message) => trackedFrame(message, egoPoses)),
    perception: () => liftPerception(perceptions, contents.frameSets, expectConfig(tape, contents), egoPoses),
    'ground-truth': () => truths.map(trueFrame),
  }
  return { source, frames: source === undefined ? [] : read[source](), plans, egoPoses }
}

const readContents = async (tape: string, onProgress: ReadResultsOptions['onProgress']): Promise<Contents> => {
  const contents: Contents = { tracks: [], perceptions: [], truths: [], plans: [], frameSets: [], egoPoses: [] }
  for await (const { topic, payload } of readTape(tape, onProgress ? { onProgress } : {})) {
    if (topic === '/pipeline/config') {
      const parsed = pipelineConfig.safeParse(JSON.parse(decode(RunConfigSchema, payload).configJson))
      if (parsed.success) contents.config = parsed.data
    } else if (topic === '/scene/tracks') contents.tracks.push(decode(TracksSchema, payload))
    else if (topic === '/tasks/perception') contents.perceptions.push(decode(PerceptionSchema, payload))
    else if (topic === '/ground-truth/agents') contents.truths.push(decode(GroundTruthSchema, payload))
    else if (topic === '/tasks/plan') contents.plans.push(decode(PlanSchema, payload))
    else if (topic === '/fusion/frame-set') contents.frameSets.push(decode(FrameSetSchema, payload))
    else if (topic === '/sensors/ego') {
      const { captureTimeNs, poseInMap } = decode(EgoStateSchema, payload)
      const mapFromEgo = transformFromPose(poseInMap)
      if (mapFromEgo) contents.egoPoses.push({ timeNs: captureTimeNs, mapFromEgo })
    }
  }
  return contents
}

const expectConfig = (tape: string, { config }: Contents): PipelineConfig => {
  if (config) return config
  throw new OutriderError({
    code: 'EXPORT_NO_RIG',
    expected: `a configuration with a rig at the head of ${tape}, to lift boxes of images to the ground`,
    found: 'none that this version understands',
  })
}

/** Coasting, it is half as sure: nobody saw it. */
const COASTING_SHARE = 0.5

const trackedFrame = ({ timeNs, tracks }: Tracks, egoPoses: readonly StampedEgoPose[]): FoundFrame => {
  const groundM = groundHeightM(egoPoses, timeNs)
  return {
    timeNs,
    agents: tracks.flatMap(
      ({ id, label, poseInMap, sizeM, velocityInMapMps, sightings, coasting }): readonly FoundAgent[] => {
        if (!poseInMap || !sizeM) return []
        return [
          {
            id,
            label,
            centreInMap: { x: poseInMap.xM, y: poseInMap.yM, z: groundM + sizeM.z / 2 },
            sizeM,
            mapFromBox: quaternionFromYaw(poseInMap.headingRad),
            ...(velocityInMapMps ? { velocityInMapMps } : {}),
            // One sighting may be a ghost, ten are none.
            score: (sightings / (sightings + 1)) * (coasting ? COASTING_SHARE : 1),
          },
        ]
      },
    ),
  }
}

/** Of the plane that the car stands on; 0 where its pose is not known. */
export const groundHeightM = (egoPoses: readonly StampedEgoPose[], timeNs: bigint): number =>
  egoPoseAt(egoPoses, timeNs)?.translation.z ?? 0

const trueFrame = ({ timeNs, agents }: GroundTruth): FoundFrame => ({
  timeNs,
  agents: agents.flatMap(({ id, category, poseInMap, sizeM, velocityInMapMps }): readonly FoundAgent[] => {
    const { position, orientation } = poseInMap ?? {}
    if (!position || !orientation || !sizeM) return []
    return [
      {
        id,
        label: category,
        centreInMap: position,
        sizeM,
        mapFromBox: orientation,
        ...(velocityInMapMps ? { velocityInMapMps } : {}),
        score: 1,
      },
    ]
  }),
})
