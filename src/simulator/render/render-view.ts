import type { RigCamera } from '#calibration'
import { createSheet, type Sheet } from '#image'
import type { Moment } from '../moment.ts'
import type { Tint } from '../things.ts'
import type { World } from '../world.ts'
import { mayShow, radiusOf } from './cone.ts'
import { hazed, onGround } from './daylight.ts'
import { drawProp } from './draw-prop.ts'
import { drawGround } from './ground.ts'
import type { Prop } from './model.ts'
import { propsOf } from './props.ts'
import { drawRain } from './rain.ts'
import type { SilhouetteMask } from './silhouette-mask.ts'
import { seenPolygon, skyPaint, type View, viewOf } from './view.ts'

/** Further away a thing is less than the haze; m. */
const SIGHT_M = 230
/** How far away the hills are, and how they look before the haze; m. */
const HILLS_M = 420
const HILLS: Tint = [64, 92, 70]

/** What a camera sees at one instant: sky, hills, ground, then things from far to near. The mask is told where agents, lights and signs show. */
export const renderView = (world: World, moment: Moment, camera: RigCamera, mask?: SilhouetteMask): Sheet => {
  const sheet = createSheet(camera.width, camera.height)
  const view = viewOf(camera, moment.ego, world.atmosphere, sheet, mask)
  const whole = [
    { x: -1, y: -1 },
    { x: camera.width, y: -1 },
    { x: camera.width, y: camera.height },
    { x: -1, y: camera.height },
  ]
  sheet.fillPolygon(whole, skyPaint(view) ?? world.atmosphere.haze)
  drawHills(view, world.scenery.hillsM)
  drawGround(view, world, moment)
  const props = propsOf(world, moment).map((prop) => {
    const { x, y } = prop.mapFromModel.translation
    return { prop, distanceM: Math.hypot(x - view.eye.x, y - view.eye.y) }
  })
  for (const { prop } of props
    .filter(({ prop, distanceM }) => distanceM < SIGHT_M && isInSight(view, prop))
    .toSorted((a, b) => b.distanceM - a.distanceM)) {
    drawProp(view, prop)
  }
  drawRain(view, world.seed, moment.timeS)
  return sheet
}

const isInSight = ({ cone }: View, { mapFromModel, model }: Prop): boolean =>
  mayShow(cone, { centre: mapFromModel.translation, radiusM: radiusOf(model) })

const drawHills = (view: View, hillsM: readonly number[]): void => {
  const at = (index: number, z: number) => {
    const bearing = (index / hillsM.length) * 2 * Math.PI
    return { x: view.eye.x + HILLS_M * Math.cos(bearing), y: view.eye.y + HILLS_M * Math.sin(bearing), z }
  }
  const paint = hazed(onGround(HILLS, view.atmosphere), HILLS_M * 0.75, view.atmosphere)
  hillsM.forEach((heightM, index) => {
    const nextM = hillsM[(index + 1) % hillsM.length]!
    // A little wider than its place, so that no seam shows.
    const slope = [at(index, -4), at(index + 1.02, -4), at(index + 1.02, nextM), at(index, heightM)]
    view.sheet.fillPolygon(seenPolygon(view, slope), paint)
  })
}
