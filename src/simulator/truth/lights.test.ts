import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRig, type RigCamera } from '#calibration'
import { ROOT } from '../../../test/oracles.ts'
import type { Moment } from '../moment.ts'
import { renderView } from '../render/render-view.ts'
import { createSilhouetteMask } from '../render/silhouette-mask.ts'
import { createSimulation } from '../simulation.ts'
import type { Light } from '../things.ts'
import { townWorld } from '../town/town-world.ts'
import { sceneTruth } from './scene.ts'

const rig = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
const front = rig.cameras[0]!
const world = townWorld(4)
const { moment } = createSimulation({ world, rig })
const { signalId, pose } = world.scenery.signals.find(({ signalId }) => moment.egoPlan.signalIds.includes(signalId))!

/** The ego some metres before the signal, in its lane. */
const before = (distanceM: number) => ({
  ...moment.ego,
  pose: {
    xM: pose.xM + distanceM * Math.cos(pose.headingRad) - 3 * Math.sin(pose.headingRad),
    yM: pose.yM + distanceM * Math.sin(pose.headingRad) + 3 * Math.cos(pose.headingRad),
    headingRad: pose.headingRad + Math.PI,
  },
})

/** A world that stands still for the 4 s that truths look ahead. */
const standing = (at: Moment): readonly Moment[] => Array.from({ length: 81 }, () => at)

/** The truth's boxes of the signal. */
const seen = (camera: RigCamera, light: Light, distanceM = 12) => {
  const at = { ...moment, ego: before(distanceM), lights: new Map([[signalId, light]]) }
  const mask = createSilhouetteMask(camera.width, camera.height)
  renderView(world, at, camera, mask)
  const { lights = [] } = sceneTruth(world, standing(at), new Map([[camera.view, mask.silhouettes()]]), 0n)
  const boxes = lights.find(({ id, poseInMap }) => id === signalId && poseInMap?.xM === pose.xM)?.boxes ?? []
  return { boxes }
}

/** The same camera, its image cut off at the top. */
const withoutTop = (px: number): RigCamera => ({
  ...front,
  height: front.height - px,
  model: { ...front.model, cy: front.model.cy - px },
})

test.each<Light>(['red', 'red-amber', 'amber', 'green'])(
  'both heads of a %s light have boxes in a whole image',
  (light) => {
    const { boxes } = seen(front, light, 25)
    expect(boxes).toHaveLength(2)
    for (const { minX, minY, maxX, maxY, visibleFraction } of boxes) {
      expect(visibleFraction).toBeGreaterThan(0.9)
      // A head is 1.02 m high and 0.38 m wide.
      expect((maxY! - minY!) / (maxX! - minX!)).toBeGreaterThan(1.5)
    }
  },
)

test('the box is the same whatever is lit', () => {
  expect(seen(front, 'green', 25).boxes).toEqual(seen(front, 'red', 25).boxes)
})

test('a head that is cut off above its red lamp has no box while it is red, and one while it is green', () => {
  const heads = Array.from({ length: front.height / 6 }, (_, index) => {
    const camera = withoutTop(6 * index)
    return { red: seen(camera, 'red').boxes.length, green: seen(camera, 'green').boxes.length }
  })
  for (const { red, green } of heads) expect(red).toBeLessThanOrEqual(green)
  expect(heads.some(({ red, green }) => red === 0 && green > 0)).toBe(true)
  expect(heads.at(-1)!.green).toBeLessThan(heads[0]!.green)
})

test('of red and amber together both have to show', () => {
  const heads = Array.from({ length: front.height / 6 }, (_, index) => {
    const camera = withoutTop(6 * index)
    return { amber: seen(camera, 'amber').boxes.length, both: seen(camera, 'red-amber').boxes.length }
  })
  expect(heads.some(({ amber, both }) => both < amber)).toBe(true)
  for (const { amber, both } of heads) expect(both).toBeLessThanOrEqual(amber)
})
