import { readFileSync } from 'node:fs'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { parseRig, projectBox } from '#calibration'
import { composeTransforms, invertTransform, transformFromPlanar, transformFromPose } from '#geometry'
import {
  decode,
  GroundTruthImageBoxesSchema,
  GroundTruthMapSchema,
  GroundTruthSceneSchema,
  GroundTruthSchema,
  Perception_LightState,
  Perception_Relevance,
  PlanSchema,
} from '#messages'
import { chain, plannersConfig } from '#planners'
import { createSimulation, type Simulation, worldOf } from '#simulator'
import { nodesOfPlan } from '../planners/trajectory.ts'
import { ROOT } from './oracles.ts'

const rig = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
const front = rig.cameras[0]!
const oneCamera = { ...rig, cameras: [front] }

const drive = (family: string, seed: number, seconds: number) => {
  const world = worldOf({ family, seed, weather: 'clear' })
  const simulation: Simulation = createSimulation({ world, rig: oneCamera, stepsPerImage: 10, groundTruth: 'all' })
  const moments: { readonly ego: Simulation['moment']['ego']; readonly sent: ReadonlyMap<string, Uint8Array> }[] = []
  while (simulation.moment.timeS < seconds) {
    const { ego } = simulation.moment
    const sent = new Map(simulation.advance().map(({ topic, payload }) => [topic, payload]))
    if (sent.has('/ground-truth/scene')) moments.push({ ego, sent })
  }
  return moments
}
const SCENES = ['intersection', 'multi-lane', 'serpentine'].map((family) => ({ family, moments: drive(family, 5, 6) }))

test.each(SCENES)('the planners let every plan of the expert through: $family', ({ moments }) => {
  const { limits } = plannersConfig.parse({})
  for (const { ego, sent } of moments) {
    const { expert } = decode(GroundTruthSceneSchema, sent.get('/ground-truth/scene')!)
    const plan = create(PlanSchema, { steps: expert!.steps })
    const findings = chain(nodesOfPlan(plan, ego.speedMps), {
      limits,
      vehicle: rig.vehicle,
      egoSpeedMps: ego.speedMps,
      egoYawRateRadps: ego.yawRateRadps,
      ageS: 0,
      maxAgeS: 1,
    })
    expect(findings).toEqual([])
    expect(expert!.steps.map(({ timeS }) => Number(timeS.toFixed(6)))).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])
  }
})

test.each(SCENES)('image boxes lie where the calibration projects the agents: $family', ({ moments }) => {
  let compared = 0
  for (const { ego, sent } of moments) {
    const { agents } = decode(GroundTruthSchema, sent.get('/ground-truth/agents')!)
    const { boxes } = decode(GroundTruthImageBoxesSchema, sent.get('/ground-truth/image-boxes')!)
    const egoFromMap = invertTransform(transformFromPlanar(ego.pose))
    for (const box of boxes) {
      const agent = agents.find(({ id }) => id === box.agentId)!
      const pose = composeTransforms(egoFromMap, transformFromPose(agent.poseInMap)!)
      const { x, y, z } = agent.sizeM!
      // A stride reaches out of a person's box, and seams out of a silhouette.
      const around = projectBox(front, { pose, sizeM: { x: x + 0.5, y: y + 0.2, z: z + 0.1 } })!
      expect(box.minX, box.agentId).toBeGreaterThan(around.minX - 2)
      expect(box.maxX, box.agentId).toBeLessThan(around.maxX + 2)
      expect(box.minY, box.agentId).toBeGreaterThan(around.minY - 2)
      expect(box.maxY, box.agentId).toBeLessThan(around.maxY + 2)
      expect(box.visibleFraction).toBeGreaterThanOrEqual(0)
      expect(box.visibleFraction).toBeLessThanOrEqual(1)
      if (box.seenMinX !== undefined) {
        expect(box.seenMinX).toBeGreaterThanOrEqual(box.minX)
        expect(box.seenMaxX!).toBeLessThanOrEqual(box.maxX)
      }
      compared += 1
    }
  }
  expect(compared).toBeGreaterThan(0)
})

test('where a light rules the ego, it is told, with its state and where it shows', () => {
  const world = worldOf({ family: 'town', seed: 4 })
  const sent = createSimulation({ world, rig: oneCamera, groundTruth: 'all' }).advance()
  const scene = decode(GroundTruthSceneSchema, sent.find(({ topic }) => topic === '/ground-truth/scene')!.payload)
  const [light] = scene.lights
  expect(light).toMatchObject({ state: Perception_LightState.RED, relevance: Perception_Relevance.EGO })
  expect(light!.boxes.length).toBeGreaterThan(0)
  for (const { minX, maxX, minY, maxY } of light!.boxes) {
    expect(maxX - minX).toBeGreaterThan(2)
    expect(maxY - minY).toBeGreaterThan(maxX - minX)
  }
})

test('the map comes once, with lanes that lead on and areas to drive on', () => {
  const maps = SCENES[0]!.moments.flatMap(({ sent }) => sent.get('/ground-truth/map') ?? [])
  expect(maps).toHaveLength(1)
  const map = decode(GroundTruthMapSchema, maps[0]!)
  const ids = new Set(map.lanes.map(({ id }) => id))
  for (const { nextIds } of map.lanes) for (const id of nextIds) expect(ids).toContain(id)
  expect(map.lanes.some(({ inJunction }) => inJunction)).toBe(true)
  expect(map.drivableAreas.length).toBeGreaterThan(0)
})
