import { type PlanarPoint, type PlanarPose, transformFromPlanar, type Vector3 } from '#geometry'
import type { Choices } from '../families/choices.ts'
import { disc } from '../render/ground.ts'
import { houseModel } from '../render/house-model.ts'
import type { Prop } from '../render/model.ts'
import { lampModel, treeModel } from '../render/street-models.ts'
import { poseOnRoad } from '../road.ts'
import type { Tint } from '../things.ts'
import type { GroundShape } from '../world.ts'
import type { Network } from './build-network.ts'
import type { BuiltRoad } from './built-road.ts'
import type { Setting } from './draft.ts'

const WALLS: readonly Tint[] = [
  [226, 208, 178],
  [214, 186, 160],
  [232, 226, 214],
  [196, 148, 122],
  [206, 200, 170],
  [176, 190, 196],
  [184, 96, 78],
]
const ROOFS: readonly Tint[] = [
  [150, 74, 56],
  [122, 62, 50],
  [92, 84, 82],
  [136, 88, 62],
]
const GREENS: readonly Tint[] = [
  [62, 104, 44],
  [78, 118, 50],
  [54, 92, 50],
  [96, 122, 56],
  [122, 118, 46],
]
const MEADOWS: readonly Tint[] = [
  [84, 114, 60],
  [112, 132, 70],
  [138, 136, 76],
]

/** How close together things stand along a road, how large houses are; m. */
const DENSITY: Readonly<
  Record<
    Setting,
    { readonly gap: readonly [number, number]; readonly eaves: readonly [number, number]; readonly built: number }
  >
> = {
  country: { gap: [25, 90], eaves: [4, 6], built: 0.25 },
  suburb: { gap: [4, 14], eaves: [4.6, 7.4], built: 0.85 },
  city: { gap: [1, 6], eaves: [8.5, 15], built: 0.92 },
}

export interface Roadside {
  readonly props: readonly Prop[]
  readonly lamps: readonly Vector3[]
  readonly meadows: readonly GroundShape[]
}

/** Houses, trees, lamp posts and meadows along every road, away from all asphalt. */
export const plantRoadside = (network: Network, choices: Choices): Roadside => {
  const { setting } = network.draft
  const isClear = clearOf(network)
  const props: Prop[] = []
  const lamps: Vector3[] = []
  const meadows: GroundShape[] = []
  const stand = (pose: PlanarPose, model: Prop['model'], turnRad = 0) =>
    props.push({ mapFromModel: transformFromPlanar({ ...pose, headingRad: pose.headingRad + turnRad }), model })
  for (const road of network.roads.values()) {
    const { middle, draft } = road
    for (const side of [1, -1] as const) {
      const edgeM = edgeOf(road, side)
      const { gap, eaves, built } = DENSITY[setting]
      for (let stationM = draft.openBegin ? -70 : 4; stationM < middle.lengthM + (draft.openEnd ? 70 : 0); ) {
        const along = choices.between(8, setting === 'city' ? 20 : 14)
        const across = choices.between(8, 11)
        const setBack = setting === 'city' ? choices.between(1, 3) : choices.between(4, setting === 'suburb' ? 8 : 25)
        const lateralM = side * (edgeM + setBack + across / 2)
        const pose = poseOnRoad(middle, stationM + along / 2, lateralM)
        if (choices.chance(built) && isClear(pose, Math.hypot(along, across) / 2 + 1)) {
          stand(
            pose,
            houseModel({
              sizeM: { along, across, eaves: choices.between(...eaves) },
              roofM: choices.between(2.2, 3.6),
              wall: choices.pick(WALLS),
              roof: choices.pick(ROOFS),
            }),
          )
        }
        const gapM = choices.between(...gap)
        const tree = poseOnRoad(middle, stationM + along + gapM / 2, side * (edgeM + choices.between(2.2, 5.5)))
        if (isClear(tree, 2.2)) stand(tree, treeModel({ heightM: choices.between(4.5, 9), tint: choices.pick(GREENS) }))
        stationM += along + gapM
      }
      plantFar(road, side, edgeM)
    }
    if (setting === 'country') continue
    for (let stationM = 9, index = 0; stationM < middle.lengthM; stationM += 28, index += 1) {
      const side = index % 2 === 0 ? 1 : -1
      const pose = poseOnRoad(middle, stationM, side * (edgeOf(road, side) - 0.3))
      if (!isClear(pose, 0.4)) continue
      stand(pose, lampModel(), side > 0 ? -Math.PI / 2 : Math.PI / 2)
      const head = poseOnRoad(middle, stationM, side * (edgeOf(road, side) - 1.5))
      lamps.push({ x: head.xM, y: head.yM, z: 5.3 })
    }
  }
  return { props, lamps, meadows }

  /** Single trees and meadows further away. */
  function plantFar({ middle }: BuiltRoad, side: 1 | -1, edgeM: number): void {
    for (let stationM = -40; stationM < middle.lengthM + 40; stationM += choices.between(14, 40)) {
      const place = poseOnRoad(middle, stationM, side * (edgeM + choices.between(14, 45)))
      const radiusM = choices.between(1.2, 6)
      if (isClear(place, radiusM + 1)) meadows.push({ points: disc(place, radiusM), tint: choices.pick(MEADOWS) })
      const tree = poseOnRoad(middle, stationM + 5, side * (edgeM + choices.between(16, 50)))
      if (setting !== 'city' && isClear(tree, 3)) {
        stand(tree, treeModel({ heightM: choices.between(5, 11), tint: choices.pick(GREENS) }))
      }
    }
  }
}

/** To the outer end of the pavement or verge on a side; m. */
const edgeOf = ({ leftM, rightM, draft }: BuiltRoad, side: 1 | -1): number =>
  (side === 1 ? leftM : rightM) + Math.max(draft.pavementM, 0.7)

/** Whether nothing that is driven or walked on is nearer than `radiusM`. */
const clearOf = ({ roads, map }: Network): ((point: PlanarPoint, radiusM: number) => boolean) => {
  const beds = [...roads.values()].flatMap((road) => {
    const widthM = Math.max(edgeOf(road, 1), edgeOf(road, -1)) - 0.5
    const { middle, draft } = road
    const from = draft.openBegin ? -90 : 0
    const count = Math.ceil((middle.lengthM + (draft.openEnd ? 90 : 0) - from) / 4)
    return Array.from({ length: count + 1 }, (_, index) => ({ ...poseOnRoad(middle, from + index * 4, 0), widthM }))
  })
  const corners = map.drivableAreas
    .slice(roads.size)
    .flat()
    .map((point) => ({ ...point, widthM: 3 }))
  const all = [...beds, ...corners]
  return (point, radiusM) =>
    all.every(({ xM, yM, widthM }) => Math.hypot(point.xM - xM, point.yM - yM) > radiusM + widthM - 1.2)
}
