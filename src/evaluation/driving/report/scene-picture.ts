import {
  composePlanar,
  type PlanarBox,
  type PlanarPoint,
  type PlanarPose,
  planarBoxCorners,
  relativePlanar,
} from '#geometry'
import { otherAt } from '../navsim/others.ts'
import { bodyAt } from '../navsim/plan-states.ts'
import type { SceneCase } from '../scene-case.ts'

/** A path to draw: 8 poses in the ego frame now. */
export interface DrawnPath {
  readonly colour: string
  readonly poses: readonly PlanarPose[]
}

/** What is drawn around the ego; m, and px a metre. */
const VIEW = { aheadM: 52, behindM: 10, sideM: 21, scale: 7 }

/** The scene from above, ahead to the top of the picture turned right: x right, y up; paths and everybody where they are now. */
export const scenePicture = (scene: SceneCase, paths: readonly DrawnPath[]): string => {
  const { ego, road, others } = scene
  const { aheadM, behindM, sideM, scale } = VIEW
  const [width, height] = [(aheadM + behindM) * scale, 2 * sideM * scale]
  const at = ({ xM, yM }: PlanarPoint): string =>
    `${((xM + behindM) * scale).toFixed(1)},${((sideM - yM) * scale).toFixed(1)}`
  const inEgo = (point: PlanarPoint): PlanarPoint => relativePlanar(ego.poseInMap, { ...point, headingRad: 0 })
  const shape = (points: readonly PlanarPoint[], style: string) =>
    `<polygon points="${points.map(at).join(' ')}" ${style}/>`
  const line = (points: readonly PlanarPoint[], style: string) =>
    `<polyline points="${points.map(at).join(' ')}" fill="none" ${style}/>`
  const box = (body: PlanarBox, style: string) => shape(planarBoxCorners(body).map(inEgo), style)
  const around = others.flatMap((other) => {
    const now = otherAt(other, 0)
    const later = other.path.map(inEgo)
    if (!now) return []
    return [
      line(later, 'stroke="#b45309" stroke-width="1" stroke-dasharray="3 3"'),
      box(now, `fill="${other.vehicle ? '#d97706' : '#b91c1c'}"`),
    ]
  })
  const drawn = paths.flatMap(({ colour, poses }) => [
    line([{ xM: 0, yM: 0 }, ...poses], `stroke="${colour}" stroke-width="2.5"`),
    ...poses.map((pose) => {
      const [x, y] = at(pose).split(',')
      return `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`
    }),
  ])
  return [
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" xmlns="http://www.w3.org/2000/svg" style="background:#dfe8d8">`,
    ...(road?.drivable ?? []).map(({ points }) => shape(points.map(inEgo), 'fill="#c9ccd1" stroke="#c9ccd1"')),
    ...(road?.lanes ?? []).map(({ centreLine }) =>
      line(centreLine.map(inEgo), 'stroke="#fff" stroke-width="1" stroke-dasharray="6 5"'),
    ),
    ...around,
    box(
      bodyAt(composePlanar(ego.poseInMap, { xM: 0, yM: 0, headingRad: 0 }), scene.scene.rig.vehicle),
      'fill="#1d4ed8"',
    ),
    ...drawn,
    '</svg>',
  ].join('\n')
}
