import { projectPoint } from '#calibration'
import {
  arcLengths,
  imageSizeIn,
  invertPlanar,
  type PlanarPoint,
  planarPointInTarget,
  poseAtArcLength,
  projectOnPolyline,
} from '#geometry'
import { type ImageSizes, PixelSpace, RouteCommand_Command } from '#messages'
import { nextLane } from './next-lane.ts'
import type { DrivingScene } from './scene.ts'

/** The middle of the ego's lanes on the ground, where an image shows it. */
export interface WayInView {
  readonly view: string
  /** [x, y] in px of the resized image from its outer corner, near to far, to a tenth. */
  readonly points: readonly (readonly [number, number])[]
}

/** From the rear axle; nearer the bonnet would hide it, further a metre of road is less than a pixel high; m. */
const FROM_M = 4
const TO_M = 80
const SPACING_M = 1

/** What the front view's lower half shows is the road; where it leads is what a driver steers by. */
export const wayAhead = (scene: DrivingScene, imageSizes: readonly ImageSizes[]): readonly WayInView[] => {
  const way = wayInEgo(scene)
  return scene.rig.cameras.flatMap((camera) => {
    const image = imageSizes.find(({ view }) => view === camera.view)
    if (!image || !scene.frameSet.views.some(({ view }) => view === camera.view)) return []
    const size = imageSizeIn(image, PixelSpace.RESIZED)
    const points = way.flatMap(({ xM, yM }): readonly (readonly [number, number])[] => {
      const pixel = projectPoint(camera, { x: xM, y: yM, z: 0 })
      if (!pixel) return []
      // Pixels count from the middle of the first one.
      const x = tenths(((pixel.x + 0.5) / camera.width) * size.width)
      const y = tenths(((pixel.y + 0.5) / camera.height) * size.height)
      return x >= 0 && x < size.width && y >= 0 && y < size.height ? [[x, y]] : []
    })
    return points.length === 0 ? [] : [{ view: camera.view, points }]
  })
}

const tenths = (value: number): number => Math.round(value * 10) / 10

/** Evenly spaced, in the ego frame; as far as lanes go on. */
const wayInEgo = (scene: DrivingScene): readonly PlanarPoint[] => {
  const { mapFromEgo } = scene
  const line = lineAhead(scene)
  const here = projectOnPolyline(line, mapFromEgo)
  if (!here) return []
  const egoFromMap = invertPlanar(mapFromEgo)
  const leftM = arcLengths(line).at(-1)! - here.arcLengthM
  const count = Math.floor((Math.min(leftM, TO_M) - FROM_M) / SPACING_M) + 1
  return Array.from({ length: Math.max(count, 0) }, (_, index) =>
    planarPointInTarget(egoFromMap, poseAtArcLength(line, here.arcLengthM + FROM_M + index * SPACING_M)),
  )
}

/** The middle of the ego's lane and of those that its route goes on to, in the map frame. */
const lineAhead = ({ map, truth, route }: DrivingScene): readonly PlanarPoint[] => {
  const lanes = new Map(
    map?.lanes.map(({ id, nextIds, centreLine }) => [
      id,
      { nextIds, centreLine: centreLine.map(({ x, y }) => ({ xM: x, yM: y })) },
    ]),
  )
  const points: PlanarPoint[] = []
  let lane = lanes.get(truth.lane?.id ?? '')
  let command = route?.command ?? RouteCommand_Command.UNKNOWN
  // Beyond twice the reach nothing is drawn, and lanes may go round in a ring.
  for (let laneM = 0; lane && laneM < 4 * TO_M; ) {
    points.push(...lane.centreLine)
    laneM += arcLengths(lane.centreLine).at(-1) ?? 0
    const next = nextLane(
      lane.nextIds.flatMap((id) => lanes.get(id) ?? []),
      command,
    )
    command = next?.command ?? command
    lane = next?.lane
  }
  return points
}
