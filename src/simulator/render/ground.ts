import { composePlanar, type PlanarPoint, type PlanarPose, planarBoxCorners, type Vector3 } from '#geometry'
import type { Colour, Gradient } from '#image'
import type { Moment } from '../moment.ts'
import { sizeOf, type Tint } from '../things.ts'
import type { GroundShape, World } from '../world.ts'
import { ballOf, mayShow } from './cone.ts'
import { groundPaint, seenPolygon, type View } from './view.ts'

const GRASS: Tint = [98, 128, 68]
const SHADOW: Tint = [62, 62, 66]
const LAMPLIGHT: Colour = [255, 214, 140, 0.05]
const HEADLIGHT: Colour = [255, 240, 205, 0.035]
/** A low beam fades with the distance: as many shapes upon one another; m. */
const BEAMS_M = [36, 31, 26, 22, 18, 14.5, 11.5, 9, 7, 5] as const

/** How far the ground reaches; the hills hide its end; m. */
const GROUND_M = 600
/** How far a car's shadow shows around it; m. */
const SHADOW_M = 0.14
/** A shape this far away is less than the haze; m. */
const SIGHT_M = 320

/** Everything flat: grass, what lies on it, the shadows of cars and the light of lamps. */
export const drawGround = (view: View, { scenery, atmosphere }: World, { agents, ego }: Moment): void => {
  const paints = new Map<Tint, Gradient | Tint>()
  const fill = ({ points, tint }: GroundShape) => {
    const seen = seenPolygon(view, points)
    if (seen.length < 3) return
    const paint = paints.get(tint) ?? groundPaint(view, tint)
    paints.set(tint, paint)
    view.sheet.fillPolygon(seen, paint)
  }
  fill({ points: disc({ xM: view.eye.x, yM: view.eye.y }, GROUND_M), tint: GRASS })
  for (const shape of scenery.ground) if (isNear(view, shape)) fill(shape)
  const cars = agents.filter(({ look }) => look.kind === 'car')
  for (const { look, pose } of cars) {
    const { x, y } = sizeOf(look)
    const footprint = { pose, lengthM: x + 2 * SHADOW_M, widthM: y + 2 * SHADOW_M }
    fill({ points: planarBoxCorners(footprint).map(onLevel), tint: SHADOW })
  }
  if (!atmosphere.lampsAreOn) return
  const shine = (points: readonly Vector3[], colour: Colour) =>
    view.sheet.fillPolygon(seenPolygon(view, points), colour)
  for (const { x, y } of scenery.lamps) {
    if (Math.hypot(x - view.eye.x, y - view.eye.y) > 90) continue
    for (const radiusM of [8, 6.8, 5.6, 4.4, 3.2, 2]) shine(disc({ xM: x, yM: y }, radiusM), LAMPLIGHT)
  }
  const beams = cars
    .filter(({ parked }) => !parked)
    .map(({ pose, look }) => composePlanar(pose, { xM: sizeOf(look).x / 2, yM: 0, headingRad: 0 }))
  for (const pose of [composePlanar(ego.pose, { xM: 3.2, yM: 0, headingRad: 0 }), ...beams]) {
    for (const reachM of BEAMS_M) shine(beam(pose, reachM), HEADLIGHT)
  }
}

/** What a low beam lights of the road. */
const beam = (from: PlanarPose, reachM: number): readonly Vector3[] =>
  [
    [0.3, -0.7],
    [reachM * 0.5, -0.9 - reachM * 0.15],
    [reachM * 0.88, -0.8 - reachM * 0.13],
    [reachM, -reachM * 0.03],
    [reachM * 0.82, 0.6 + reachM * 0.09],
    [reachM * 0.5, 0.8 + reachM * 0.11],
    [0.3, 0.7],
  ].map(([xM, yM]) => onLevel(composePlanar(from, { xM: xM!, yM: yM!, headingRad: 0 })))

const isNear = ({ eye, cone }: View, shape: GroundShape): boolean => {
  const ball = ballOf(shape)
  return Math.hypot(ball.centre.x - eye.x, ball.centre.y - eye.y) - ball.radiusM < SIGHT_M && mayShow(cone, ball)
}

export const onLevel = ({ xM, yM }: PlanarPoint): Vector3 => ({ x: xM, y: yM, z: 0 })

/** A round spot on the ground. */
export const disc = ({ xM, yM }: PlanarPoint, radiusM: number): readonly Vector3[] =>
  Array.from({ length: 20 }, (_, index) => {
    const angle = (index / 20) * 2 * Math.PI
    return { x: xM + radiusM * Math.cos(angle), y: yM + radiusM * Math.sin(angle), z: 0 }
  })
