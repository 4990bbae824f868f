import { create } from '@bufbuild/protobuf'
import { egoAt } from '#fusion'
import { relativePlanar } from '#geometry'
import type { FrameSet, ImageSizes, ModelRequest, Track } from '#messages'
import { ImageSizesSchema } from '#messages'
import { type AskedAgent, buildPerceptionRequest, buildPlanRequest, buildPredictionRequest } from '#tasks'
import type { PipelineConfig } from '../config.ts'
import type { QuestionName } from '../question-name.ts'
import type { Round, State } from '../state.ts'

/** A question of the round; undefined when there is nothing to ask about. */
export const buildRequest = (
  state: State,
  config: PipelineConfig,
  name: QuestionName,
  { frameSet, earlier }: Pick<Round, 'frameSet' | 'earlier'>,
  requestId: bigint,
): ModelRequest | undefined => {
  const { route } = state
  if (name === 'plan') return buildPlanRequest({ requestId, frameSet, earlier, route, config: config.plan })
  const input = { requestId, frameSet, earlier, route, opening: config.plan }
  if (name === 'perception') {
    return buildPerceptionRequest({ ...input, imageSizes: imageSizes(config), config: config.perception })
  }
  const agents = askedAgents(state, config, frameSet)
  return agents.length === 0 ? undefined : buildPredictionRequest({ ...input, agents, config: config.prediction })
}

const imageSizes = ({ rig, pipeline }: PipelineConfig): readonly ImageSizes[] =>
  rig.cameras.map(({ view, width, height }) => {
    const resized = pipeline.resizedImages.find((image) => image.view === view)
    if (!resized) throw new Error(`the configuration has no resized size of view ${view}`)
    return create(ImageSizesSchema, {
      view,
      originalWidth: width,
      originalHeight: height,
      resizedWidth: resized.width,
      resizedHeight: resized.height,
    })
  })

/** The tracks of this very frame set, seen from the ego; none when perception has not put them there. */
const askedAgents = (
  { tracks, fusion }: State,
  { fusion: config }: PipelineConfig,
  { referenceTimeNs }: FrameSet,
): readonly AskedAgent[] => {
  const ego = egoAt(fusion, referenceTimeNs, config)?.pose
  if (!ego || tracks?.timeNs !== referenceTimeNs) return []
  return tracks.tracks.flatMap((track) => (track.poseInMap ? [inEgo(track, track.poseInMap, ego)] : []))
}

type Pose = NonNullable<Track['poseInMap']>

const inEgo = (
  { id, label, velocityInMapMps }: Track,
  pose: Pose,
  ego: Parameters<typeof relativePlanar>[0],
): AskedAgent => {
  const { xM, yM } = relativePlanar(ego, pose)
  const { x, y } = velocityInMapMps ?? { x: 0, y: 0 }
  const [cos, sin] = [Math.cos(ego.headingRad), Math.sin(ego.headingRad)]
  const velocityInEgoMps = { x: cos * x + sin * y, y: cos * y - sin * x }
  return { id, label, positionInEgo: { xM, yM }, velocityInEgoMps }
}
