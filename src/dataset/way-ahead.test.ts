import { beforeAll, describe, expect, it } from 'vitest'
import { groundPointAtPixel } from '#calibration'
import { type PlanarPoint, projectOnPolyline } from '#geometry'
import { NANO, NANO_SIZES } from '../../test/nano-car.ts'
import type { DrivingScene } from './scene.ts'
import { scenesOf, simulatedRecords } from './testing/simulated-scenes.ts'
import { wayAhead } from './way-ahead.ts'

/** The expert cuts no corner by more; m. */
const ASIDE_M = 0.6

const expertPath = ({ truth }: DrivingScene): readonly PlanarPoint[] => [
  { xM: 0, yM: 0 },
  ...truth.expert!.steps.map(({ poseInEgo }) => poseInEgo!),
]

describe.each([
  ['winding', 2],
  ['intersection', 4],
  ['t-junction', 3],
] as const)('the way ahead on %s %i', (family, seed) => {
  let scenes: readonly DrivingScene[]
  beforeAll(async () => {
    scenes = await scenesOf(simulatedRecords({ family, seed }, 10))
  })

  it('goes on the ground where the expert drives', () => {
    let compared = 0
    for (const scene of scenes) {
      const path = expertPath(scene)
      const [end] = path.slice(-1)
      for (const { view, points } of wayAhead(scene, NANO_SIZES)) {
        const camera = NANO.cameras.find((each) => each.view === view)!
        for (const [x, y] of points) {
          const ground = groundPointAtPixel(camera, { x: x - 0.5, y: y - 0.5 })!
          if (Math.hypot(ground.xM, ground.yM) > Math.hypot(end!.xM, end!.yM) - 2) continue
          expect(Math.abs(projectOnPolyline(path, ground)!.lateralM)).toBeLessThan(ASIDE_M)
          compared += 1
        }
      }
    }
    expect(compared).toBeGreaterThan(50)
  })

  it('rises in the front view from near to far, within the image', () => {
    const camera = NANO.cameras.find(({ view }) => view === 'front')!
    const { cy } = camera.model
    for (const scene of scenes) {
      const front = wayAhead(scene, NANO_SIZES).find(({ view }) => view === 'front')!
      const rows = front.points.map(([, y]) => y)
      expect(rows).toEqual(rows.toSorted((a, b) => b - a))
      for (const [x, y] of front.points) {
        expect(x >= 0 && x < camera.width && y > cy && y < camera.height).toBe(true)
      }
    }
  })

  it('is nowhere without a map', () => {
    expect(wayAhead({ ...scenes[0]!, map: undefined }, NANO_SIZES)).toEqual([])
  })
})
