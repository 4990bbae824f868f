import { readFileSync } from 'node:fs'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { parseRig } from '#calibration'
import { composePlanar, planarBoxesOverlap, planarFromTransform, relativePlanar, transformFromPose } from '#geometry'
import { probeImage } from '#image'
import {
  CompressedImageSchema,
  decode,
  type EgoState,
  EgoStateSchema,
  findTopic,
  GroundTruthSchema,
  nsFromTimestamp,
  secondsBetween,
  VerdictSchema,
} from '#messages'
import { ROOT } from '../../test/oracles.ts'
import { middleAheadM } from './ego-body.ts'
import type { Moment } from './moment.ts'
import { recordSimulation } from './record-simulation.ts'
import { createSimulation, type SimulatedMessage } from './simulation.ts'
import { sizeOf } from './things.ts'
import { STEP_NS } from './time.ts'
import { planTown } from './town/plan-town.ts'
import { townWorld } from './town/town-world.ts'

const rig = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
/** A rig that draws little, for tests that look at what moves. */
const small = { ...rig, cameras: [{ ...rig.cameras[0]!, width: 16, height: 9 }] }
const world = townWorld(4)

const driven = (seconds: number) => {
  const simulation = createSimulation({ world, rig: small })
  const moments: Moment[] = []
  const messages: SimulatedMessage[] = []
  while (simulation.moment.timeS < seconds) {
    moments.push(simulation.moment)
    messages.push(...simulation.advance())
  }
  return { moments, messages }
}
const TWELVE_SECONDS = driven(12)

test('the same seed gives the same messages, byte for byte, and another seed another town', () => {
  const record = (seed: number) => [...recordSimulation({ world: townWorld(seed), rig: small }, 1)]
  expect(record(4)).toEqual(record(4))
  expect(townWorld(5).scenery).not.toEqual(townWorld(4).scenery)
})

test('ego state comes at 20 Hz, images at 4 Hz, the route at 1 Hz, all on topics that are ours', () => {
  const counts = new Map<string, number>()
  for (const { topic, timeNs } of TWELVE_SECONDS.messages) {
    expect(findTopic(topic), topic).toBeDefined()
    expect((timeNs - world.beginNs) % STEP_NS).toBe(0n)
    counts.set(topic, (counts.get(topic) ?? 0) + 1)
  }
  expect(Object.fromEntries(counts)).toEqual({
    '/sensors/ego': 240,
    '/sensors/route': 12,
    '/sensors/camera/front': 48,
    '/ground-truth/agents': 48,
  })
})

test('each view is a JPEG of the size that the rig says, with its frame and its stamp', () => {
  const images = createSimulation({ world, rig })
    .advance()
    .filter(({ topic }) => topic.startsWith('/sensors/camera/'))
  expect(images.map(({ topic }) => topic)).toEqual(rig.cameras.map(({ view }) => `/sensors/camera/${view}`))
  for (const { topic, timeNs, payload } of images) {
    const image = decode(CompressedImageSchema, payload)
    expect(image.frameId).toBe(topic.replace('/sensors/', ''))
    expect(nsFromTimestamp(image.timestamp)).toBe(timeNs)
    expect(probeImage(image.data)).toEqual({ format: 'jpeg', widthPx: 448, heightPx: 252 })
  }
})

test('the ego stops before the red light, and drives on when it is green', () => {
  const { moments } = TWELVE_SECONDS
  const red = moments.filter(({ lights }) => lights.get('crossing') !== 'green')
  const { light } = planTown(4)
  const line = light.stationM - light.stopLineM
  // Its front, along the straight road that begins 120 m behind the origin.
  const frontM = ({ ego }: Moment) => ego.pose.xM + 120 + rig.vehicle.lengthM - rig.vehicle.rearOverhangM
  expect(Math.max(...red.map(frontM))).toBeLessThan(line)
  expect(Math.min(...red.map(({ ego }) => ego.speedMps))).toBeLessThan(0.2)
  expect(frontM(moments.at(-1)!)).toBeGreaterThan(line + 20)
  expect(moments.at(-1)!.ego.speedMps).toBeGreaterThan(7)
})

test('nobody runs into anybody', () => {
  for (const moment of TWELVE_SECONDS.moments) {
    const { vehicle } = rig
    const ego = {
      id: 'ego',
      pose: composePlanar(moment.ego.pose, { xM: middleAheadM(vehicle), yM: 0, headingRad: 0 }),
      lengthM: vehicle.lengthM,
      widthM: vehicle.widthM,
    }
    const boxes = [
      ego,
      ...moment.agents.map(({ id, look, pose }) => ({ id, pose, lengthM: sizeOf(look).x, widthM: sizeOf(look).y })),
    ]
    boxes.forEach((box, index) => {
      for (const other of boxes.slice(index + 1)) {
        expect(planarBoxesOverlap(box, other), `${box.id} and ${other.id} at ${moment.timeS} s`).toBe(false)
      }
    })
  }
})

test('velocity, yaw rate and steering of the ego state are those of its poses', () => {
  const states = TWELVE_SECONDS.messages
    .filter(({ topic }) => topic === '/sensors/ego')
    .map(({ payload }) => decode(EgoStateSchema, payload))
  const poseOf = (state: EgoState) => planarFromTransform(transformFromPose(state.poseInMap)!)
  states.slice(1).forEach((state, index) => {
    const before = states[index]!
    const spanS = secondsBetween(before.captureTimeNs, state.captureTimeNs)
    const moved = relativePlanar(poseOf(before), poseOf(state))
    const meanMps = (before.velocityInEgoMps!.x + state.velocityInEgoMps!.x) / 2
    expect(moved.xM / spanS).toBeCloseTo(meanMps, 1)
    expect(Math.abs(moved.yM)).toBeLessThan(0.01)
    expect(moved.headingRad / spanS).toBeCloseTo(state.yawRateRadps!, 6)
    expect(Math.abs(state.steeringAngleRad ?? 0)).toBeLessThan(0.1)
  })
  expect(Math.max(...states.map(({ yawRateRadps }) => yawRateRadps!))).toBeGreaterThan(0.1)
})

test('ground truth names everyone once, at every image, with boxes that stand on the ground', () => {
  const [first] = TWELVE_SECONDS.messages.filter(({ topic }) => topic === '/ground-truth/agents')
  const { agents } = decode(GroundTruthSchema, first!.payload)
  expect(new Set(agents.map(({ id }) => id)).size).toBe(13)
  for (const { poseInMap, sizeM } of agents) expect(poseInMap!.position!.z).toBeCloseTo(sizeM!.z / 2, 9)
  const oncoming = agents.find(({ id }) => id === 'oncoming')
  expect(oncoming?.velocityInMapMps?.x).toBeLessThan(-5)
})

test('with a verdict the ego follows it as a car can, and drives itself again once it has run out', () => {
  const simulation = createSimulation({ world, rig: small })
  const speedMps = 6
  const verdict = create(VerdictSchema, {
    timeNs: world.beginNs,
    steps: [1, 2, 3, 4].map((index) => ({
      timeNs: world.beginNs + BigInt(index) * 500_000_000n,
      poseInEgo: { xM: (speedMps / 2) * index, yM: 0.1 * index, headingRad: 0.03 },
    })),
  })
  let before = simulation.moment.ego
  while (simulation.moment.timeS < 1.9) {
    simulation.advance(verdict)
    const { ego } = simulation.moment
    expect(Math.abs(ego.accelerationMps2 - before.accelerationMps2)).toBeLessThan(20 * 0.05 + 1e-9)
    expect(Math.abs((ego.steeringAngleRad ?? 0) - (before.steeringAngleRad ?? 0))).toBeLessThan(0.6 * 0.05 + 1e-9)
    before = ego
  }
  expect(simulation.moment.ego.pose.xM).toBeCloseTo(1.9 * speedMps, 0)
  expect(Math.abs(simulation.moment.ego.pose.yM - (-1.7 + 0.4))).toBeLessThan(0.2)
  expect(simulation.moment.ego.speedMps).toBeCloseTo(speedMps, 0)
  while (simulation.moment.timeS < 3) simulation.advance(verdict)
  expect(simulation.moment.ego.pose.xM).toBeGreaterThan(14)
})
