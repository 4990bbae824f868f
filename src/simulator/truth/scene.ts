import type { MessageInitShape } from '@bufbuild/protobuf'
import { normaliseAngle, type PlanarPose } from '#geometry'
import {
  type GroundTruthScene_LightSchema,
  type GroundTruthScene_SeenBoxSchema,
  type GroundTruthScene_SignSchema,
  type GroundTruthSceneSchema,
  Perception_LightState as LightState,
  Perception_Relevance as Relevance,
  Perception_Road as RoadKind,
  GroundTruthScene_Sign_Kind as SignKind,
  Perception_Light as SkyLight,
  Perception_Weather as Weather,
} from '#messages'
import type { Atmosphere } from '../atmosphere.ts'
import type { Moment } from '../moment.ts'
import { signalMark, signMark } from '../render/props.ts'
import { type Silhouette, unitedBounds } from '../render/silhouette-mask.ts'
import { type SignalHeadMarks, signalHeadMarks } from '../render/street-models.ts'
import type { RoadMap } from '../road-map.ts'
import type { Light } from '../things.ts'
import type { SignPlan, World } from '../world.ts'
import { expertTruth } from './expert.ts'
import { futuresOf } from './futures.ts'
import type { AtSpeed } from './other-speeds.ts'

/** By view: what each image shows of what. */
export type Silhouettes = ReadonlyMap<string, ReadonlyMap<string, Silhouette>>

/** Further away a light or sign is a few pixels; m. */
const SIGHT_M = 90
/** A face turned further away from the ego shows it nothing; rad. */
const FACING_RAD = (75 * Math.PI) / 180

const STATES: Readonly<Record<Light, LightState>> = {
  red: LightState.RED,
  'red-amber': LightState.RED_YELLOW,
  amber: LightState.YELLOW,
  green: LightState.GREEN,
}
const SIGN_KINDS: Readonly<Record<SignPlan['kind'], SignKind>> = {
  stop: SignKind.STOP,
  'give-way': SignKind.GIVE_WAY,
  'speed-limit': SignKind.SPEED_LIMIT,
}
const WEATHERS: Readonly<Record<Atmosphere['weather'], Weather>> = {
  clear: Weather.CLEAR,
  overcast: Weather.CLOUDY,
  rain: Weather.RAIN,
  fog: Weather.FOG,
}
const SKY_LIGHTS: Readonly<Record<Atmosphere['light'], SkyLight>> = {
  day: SkyLight.DAY,
  dusk: SkyLight.TWILIGHT,
  night: SkyLight.NIGHT,
}

/** `moments` are the present and those that follow it for 4 s, the ego driven by its own driver; one every step. */
export const sceneTruth = (
  world: World,
  moments: readonly Moment[],
  silhouettes: Silhouettes,
  timeNs: bigint,
  atOtherSpeeds: readonly AtSpeed[] = [],
): MessageInitShape<typeof GroundTruthSceneSchema> => {
  const now = moments[0]!
  const { laneId, lateralM, headingErrorRad, speedLimitMps } = now.egoPlan
  return {
    timeNs,
    lights: lightsTruth(world, now, silhouettes),
    signs: signsTruth(world, now, silhouettes),
    futures: futuresOf(moments),
    expert: expertTruth(moments),
    lane: { id: laneId, lateralM, headingErrorRad, speedLimitMps },
    road: roadKind(world.map, laneId, speedLimitMps),
    weather: WEATHERS[world.atmosphere.weather],
    light: SKY_LIGHTS[world.atmosphere.light],
    family: world.name,
    seed: BigInt(world.seed),
    atOtherSpeeds: [...atOtherSpeeds],
  }
}

/** Outside towns one drives faster; m/s. */
const COUNTRY_MPS = 50.5 / 3.6

const roadKind = ({ lanes }: RoadMap, laneId: string, limitMps: number): RoadKind => {
  if (lanes.find(({ id }) => id === laneId)?.turn) return RoadKind.INTERSECTION
  return limitMps > COUNTRY_MPS ? RoadKind.COUNTRY : RoadKind.STREET
}

const distanceFrom = ({ ego }: Moment, { xM, yM }: PlanarPose): number => Math.hypot(xM - ego.pose.xM, yM - ego.pose.yM)

/** Its face can be seen from where the ego is. */
const facesEgo = ({ ego }: Moment, pose: PlanarPose): boolean => {
  const bearing = Math.atan2(ego.pose.yM - pose.yM, ego.pose.xM - pose.xM)
  return Math.abs(normaliseAngle(bearing - pose.headingRad)) < FACING_RAD
}

/** It stands for those who drive as the ego does. */
const rulesDirection = ({ ego }: Moment, pose: PlanarPose): boolean =>
  Math.abs(normaliseAngle(pose.headingRad + Math.PI - ego.pose.headingRad)) < Math.PI / 4

type SeenBoxes = MessageInitShape<typeof GroundTruthScene_SeenBoxSchema>[]

const signBoxes = (silhouettes: Silhouettes, mark: string): SeenBoxes =>
  [...silhouettes].flatMap(([view, things]) => {
    const silhouette = things.get(mark)
    if (!silhouette?.seen) return []
    return [{ view, ...silhouette.seen, visibleFraction: silhouette.seenPixels / silhouette.pixels }]
  })

/** A head whose lit lamp is cut off or hidden shows no light, however large it stands in the image. */
const lightBoxes = (silhouettes: Silhouettes, heads: readonly SignalHeadMarks[]): SeenBoxes =>
  [...silhouettes].flatMap(([view, things]) =>
    heads.flatMap(({ head, lit }) => {
      const parts = [head, ...lit].map((mark) => things.get(mark))
      const seen = parts.flatMap((part) => part?.seen ?? [])
      if (seen.length < parts.length) return []
      const seenPixels = parts.reduce((sum, part) => sum + part!.seenPixels, 0)
      // A lamp lies within its case: what the mask counted of the case before, it counted of the lamp too.
      return [{ view, ...unitedBounds(seen), visibleFraction: seenPixels / parts[0]!.pixels }]
    }),
  )

const lightsTruth = (
  { scenery }: World,
  now: Moment,
  silhouettes: Silhouettes,
): MessageInitShape<typeof GroundTruthScene_LightSchema>[] =>
  scenery.signals
    .map((signal, index) => ({ signal, index, distanceM: distanceFrom(now, signal.pose) }))
    .filter(({ signal, distanceM }) => distanceM < SIGHT_M && facesEgo(now, signal.pose))
    .toSorted((a, b) => a.distanceM - b.distanceM || a.index - b.index)
    .map(({ signal: { signalId, pose }, index }) => {
      const light = now.lights.get(signalId) ?? 'red'
      const isOurs = now.egoPlan.signalIds.includes(signalId) && rulesDirection(now, pose)
      return {
        id: signalId,
        state: STATES[light],
        relevance: isOurs ? Relevance.EGO : Relevance.OTHERS,
        poseInMap: { xM: pose.xM, yM: pose.yM, headingRad: pose.headingRad },
        boxes: lightBoxes(silhouettes, signalHeadMarks(light, signalMark(index))),
      }
    })

const signsTruth = (
  { scenery }: World,
  now: Moment,
  silhouettes: Silhouettes,
): MessageInitShape<typeof GroundTruthScene_SignSchema>[] =>
  scenery.signs
    .map((sign) => ({ sign, distanceM: distanceFrom(now, sign.pose) }))
    .filter(({ sign, distanceM }) => distanceM < SIGHT_M && facesEgo(now, sign.pose))
    .toSorted((a, b) => a.distanceM - b.distanceM)
    .map(({ sign: { id, kind, kmh, pose } }) => ({
      id,
      kind: SIGN_KINDS[kind],
      limitKmh: kmh ?? 0,
      relevance: rulesDirection(now, pose) ? Relevance.EGO : Relevance.OTHERS,
      poseInMap: { xM: pose.xM, yM: pose.yM, headingRad: pose.headingRad },
      boxes: signBoxes(silhouettes, signMark(id)),
    }))
