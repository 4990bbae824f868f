import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRig, projectPoint, type RigCamera } from '#calibration'
import { planarPointInTarget, relativePlanar, type Vector3 } from '#geometry'
import { decodeImage } from '#image'
import { ROOT } from '../../../test/oracles.ts'
import type { Moment } from '../moment.ts'
import { poseOnRoad } from '../road.ts'
import { createSimulation } from '../simulation.ts'
import { sizeOf } from '../things.ts'
import { planTown } from '../town/plan-town.ts'
import { townWorld } from '../town/town-world.ts'
import { renderView } from './render-view.ts'

const rig = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
const front = rig.cameras[0]!
const world = townWorld(4)
const plan = planTown(4)
const { moment } = createSimulation({ world, rig })

const look = async (camera: RigCamera, at: Moment = moment) => {
  const data = renderView(world, at, camera).toJpeg(95)
  const image = await decodeImage({ kind: 'encoded', data })
  return (x: number, y: number) => {
    const index = 3 * (Math.round(y) * image.width + Math.round(x))
    const [red, green, blue] = image.data.subarray(index, index + 3)
    return { red: red!, green: green!, blue: blue! }
  }
}
const pixelOf = (camera: RigCamera, { x, y, z }: Vector3) => {
  const { xM, yM } = relativePlanar(moment.ego.pose, { xM: x, yM: y, headingRad: 0 })
  return projectPoint(camera, { x: xM, y: yM, z })!
}

test.each([
  ['an ideal lens', front],
  [
    'a bent lens',
    {
      ...front,
      model: { ...front.model, kind: 'brown-conrady' as const, k1: -0.25, k2: 0.05, p1: 0.001, p2: -0.001, k3: 0 },
    },
  ],
])('through %s, things are drawn where the calibration says they are', async (_, camera) => {
  const colourAt = await look(camera)
  const lead = moment.agents.find(({ id }) => id === 'lead')!
  const { xM, yM } = lead.pose
  const car = pixelOf(camera, { x: xM, y: yM, z: 0.75 })
  const onCar = colourAt(car.x, car.y)
  expect(onCar.red).toBeGreaterThan(1.6 * onCar.green)

  const lane = pixelOf(camera, { x: 9, y: -1.7, z: 0 })
  const asphalt = colourAt(lane.x, lane.y)
  expect(
    Math.max(asphalt.red, asphalt.green, asphalt.blue) - Math.min(asphalt.red, asphalt.green, asphalt.blue),
  ).toBeLessThan(16)
  expect(asphalt.red).toBeLessThan(140)

  const stripe = poseOnRoad(plan.road, plan.light.stationM, -0.5)
  const crossing = pixelOf(camera, { x: stripe.xM - 1, y: stripe.yM, z: 0 })
  expect(colourAt(crossing.x, crossing.y).green).toBeGreaterThan(180)
})

test('above is sky, darker blue the higher; below is road', async () => {
  const colourAt = await look(front)
  const high = colourAt(224, 4)
  const low = colourAt(224, 80)
  expect(high.blue).toBeGreaterThan(high.red + 40)
  expect(low.red).toBeGreaterThan(high.red)
  const road = colourAt(224, 248)
  expect(Math.abs(road.red - road.blue)).toBeLessThan(16)
})

test('the light is red while it is, and green when it is', async () => {
  const lamp = (index: number) =>
    pixelOf(front, {
      ...(() => {
        const { xM, yM } = poseOnRoad(plan.road, plan.light.stationM - plan.light.stopLineM + 1.2, -1.7)
        return { x: xM - 0.14, y: yM }
      })(),
      z: 3.7 + (0.815 - index * 0.315) * 1.02,
    })
  const [red, , green] = [lamp(0), lamp(1), lamp(2)]
  const whileRed = await look(front)
  expect(whileRed(red!.x, red!.y).red).toBeGreaterThan(190)
  const whileGreen = await look(front, { ...moment, lights: new Map([['crossing', 'green']]) })
  expect(whileGreen(red!.x, red!.y).red).toBeLessThan(120)
  expect(whileGreen(green!.x, green!.y).green).toBeGreaterThan(170)
})

test('brake lamps are lit while a car brakes or is held, not while it drives, pulls away or is parked', async () => {
  const lead = moment.agents.find(({ id }) => id === 'lead')!
  const lampOf = async (change: Partial<typeof lead>) => {
    const agents = moment.agents.map((agent) => (agent === lead ? { ...lead, ...change } : agent))
    const colourAt = await look(front, { ...moment, agents })
    const [length, width, height] = [sizeOf(lead.look).x, sizeOf(lead.look).y, sizeOf(lead.look).z]
    const { xM, yM } = planarPointInTarget(lead.pose, { xM: -length / 2, yM: 0.4 * width })
    const { x, y } = pixelOf(front, { x: xM, y: yM, z: 0.4 * height })
    return colourAt(x, y).red
  }
  const driving = await lampOf({ speedMps: 8, accelerationMps2: 0 })
  const braking = await lampOf({ speedMps: 8, accelerationMps2: -2 })
  expect(braking).toBeGreaterThan(driving + 30)
  expect(await lampOf({ speedMps: 0, accelerationMps2: 0 })).toBe(braking)
  expect(await lampOf({ speedMps: 0.05, accelerationMps2: 1 })).toBe(driving)
  expect(await lampOf({ speedMps: 0, accelerationMps2: 0, parked: true })).toBe(driving)
})
