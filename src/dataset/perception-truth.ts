import { create } from '@bufbuild/protobuf'
import { type Box2, imageBox, relativePlanar } from '#geometry'
import {
  type GroundTruthScene_Light,
  type GroundTruthScene_SeenBox,
  type GroundTruthScene_Sign,
  type ImageBox,
  type ImageSizes,
  Perception_Motion as Motion,
  Perception_Occlusion as Occlusion,
  type Perception,
  PerceptionSchema,
  PixelSpace,
  Perception_Relevance as Relevance,
  GroundTruthScene_Sign_Kind as SignKind,
} from '#messages'
import { nameOfCategory } from './agent-category.ts'
import type { DrivingScene } from './scene.ts'
import { drivableSentence, lanesSentence } from './scene-sentences.ts'
import { boxInImage, isInSight, type LeastSight, LIGHT_SIGHT, OTHER_LIGHT_SIGHT, SIGN_SIGHT } from './sight.ts'
import { alongViews, type VisibleAgent, visibleAgents } from './visible-agents.ts'

/** As many as the question asks for. */
const OBJECTS = 12
/** Ours first; more of the other ones would cost tokens and teach nothing. */
const LIGHTS = 3
const SIGNS = 3

/** A quarter of a silhouette is hidden before a person would say so; under 40 % little is left. */
const occlusionOf = (visibleFraction: number): Occlusion => {
  if (visibleFraction >= 0.75) return Occlusion.NONE
  return visibleFraction >= 0.4 ? Occlusion.PARTLY : Occlusion.MOSTLY
}

const distanceM = ({ agent }: VisibleAgent): number => agent.distanceM

interface Seen {
  readonly box: ImageBox
  readonly pixels: Box2
}

/** Of one thing's boxes the largest that can be seen; a light's heads show the same. */
const bestSight = (
  boxes: readonly GroundTruthScene_SeenBox[],
  shown: readonly ImageSizes[],
  least: LeastSight,
): Seen | undefined => {
  const seen = boxes.flatMap((box) => {
    const image = shown.find(({ view }) => view === box.view)
    const pixels = image && boxInImage(box, image)
    if (!image || !isInSight(pixels!, box.visibleFraction, image, least)) return []
    return [{ box: imageBox(image, PixelSpace.ORIGINAL, pixels!), pixels: pixels! }]
  })
  const area = ({ pixels: { minX, minY, maxX, maxY } }: Seen): number => (maxX - minX) * (maxY - minY)
  return seen.toSorted((a, b) => area(b) - area(a))[0]
}

/** Those that rule the ego first, then the nearest; the truth has them in order of distance. */
const byRelevance = <T extends { readonly relevance: Relevance }>(things: readonly T[]): readonly T[] => [
  ...things.filter(({ relevance }) => relevance === Relevance.EGO),
  ...things.filter(({ relevance }) => relevance !== Relevance.EGO),
]

/** Lamps can be told apart up to this from straight ahead of them; rad. */
const LAMPS_SEEN_RAD = Math.PI / 3

const showsItsLamps = ({ mapFromEgo }: DrivingScene, { poseInMap }: GroundTruthScene_Light): boolean => {
  if (!poseInMap) return false
  const { xM, yM } = relativePlanar(poseInMap, mapFromEgo)
  return Math.abs(Math.atan2(yM, xM)) <= LAMPS_SEEN_RAD
}

const signText = ({ kind, limitKmh }: GroundTruthScene_Sign): string => {
  if (kind === SignKind.STOP) return 'STOP'
  return kind === SignKind.GIVE_WAY ? 'GIVE WAY' : String(limitKmh)
}

/**
 * What a perfect answer to the perception question says: only what can be seen in the images that are shown. Objects by
 * view, then from left to right, the nearest twelve; lights and signs of the ego first.
 */
export const perceptionTruth = (scene: DrivingScene, imageSizes: readonly ImageSizes[]): Perception => {
  const { truth, frameSet, map } = scene
  const shown = imageSizes.filter(({ view }) => frameSet.views.some((each) => each.view === view))
  const agents = visibleAgents(scene, imageSizes)
    .toSorted((a, b) => distanceM(a) - distanceM(b))
    .slice(0, OBJECTS)
    .toSorted(alongViews)
  const lights = byRelevance(truth.lights).flatMap((light) => {
    const ours = light.relevance === Relevance.EGO
    const seen = bestSight(light.boxes, shown, ours ? LIGHT_SIGHT : OTHER_LIGHT_SIGHT)
    return seen && showsItsLamps(scene, light) ? [{ ...seen, light }] : []
  })
  const signs = byRelevance(truth.signs).flatMap((sign) => {
    const seen = bestSight(sign.boxes, shown, SIGN_SIGHT)
    return seen ? [{ ...seen, sign }] : []
  })
  return create(PerceptionSchema, {
    referenceTimeNs: frameSet.referenceTimeNs,
    objects: agents.map(({ agent, box, visibleFraction }) => ({
      ...nameOfCategory(agent.agent.category),
      box,
      motion: agent.future?.motion ?? Motion.UNSPECIFIED,
      occlusion: occlusionOf(visibleFraction),
    })),
    trafficLights: lights.slice(0, LIGHTS).map(({ box, light: { state, relevance } }) => ({ box, state, relevance })),
    signs: signs.slice(0, SIGNS).map(({ box, sign }) => ({ box, text: signText(sign), relevance: sign.relevance })),
    lanes: lanesSentence(truth, map),
    drivableSpace: drivableSentence(truth),
    road: truth.road,
    weather: truth.weather,
    light: truth.light,
  })
}
