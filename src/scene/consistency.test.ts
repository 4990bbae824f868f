import { expect, test } from 'vitest'
import { projectBox } from '#calibration'
import { type Box2, quaternionFromYaw, transformFromPlanar } from '#geometry'
import type { AgentKind } from './agent-kind.ts'
import { sceneConfig } from './config.ts'
import { mahalanobisSquared } from './covariance.ts'
import type { BoxesOfImage } from './image-box.ts'
import { positionCovariance, velocityCovariance } from './kalman.ts'
import { priorOf } from './kind-prior.ts'
import { liftBoxes } from './lift-boxes.ts'
import { mergeViews } from './merge-views.ts'
import { chance } from './testing/chance.ts'
import { toyRig } from './testing/toy-rig.ts'
import { initialSceneState } from './track-state.ts'
import { trackStep } from './track-step.ts'

const EDGE_PX = 1.5
const config = sceneConfig.parse({ edgeSigmaPx: EDGE_PX, edgeSigmaShare: 0 })
const rig = toyRig({ front: 0, front_left: 60, front_right: -60 })
const EGO_MPS = 10
const KINDS: readonly AgentKind[] = ['car', 'car', 'pedestrian', 'truck']

/** One agent of a drawn size, on a drawn slope, at a drawn velocity, seen in `frames` sets; the last belief against the truth. */
const follow = (seed: number, frames: number, periodS: number) => {
  const { uniform, normal } = chance(seed)
  const kind = KINDS[Math.floor(uniform() * KINDS.length)]!
  const prior = priorOf(kind)
  const bearingRad = (uniform() - 0.5) * 2.4
  const rangeM = 10 + 60 * uniform()
  const start = { x: rangeM * Math.cos(bearingRad), y: rangeM * Math.sin(bearingRad) }
  const velocity = { x: prior.speedSigmaMps * normal(), y: prior.speedSigmaMps * normal() }
  const heightM = Math.max(prior.sizeM.z + prior.heightSigmaM * normal(), 0.5 * prior.sizeM.z)
  const grow = 1 + 0.1 * normal()
  const sizeM = { x: prior.sizeM.x * grow, y: prior.sizeM.y * grow, z: heightM }
  const headingRad = uniform() < 0.5 ? Math.atan2(velocity.y, velocity.x) : 2 * Math.PI * uniform()
  const pitch = 0.006 * normal()
  const bend = normal() / 3000

  let state = initialSceneState
  let truth = start
  for (let frame = 0; frame < frames; frame += 1) {
    const timeS = frame * periodS
    const timeNs = BigInt(Math.round(timeS * 1e9))
    truth = { x: start.x + velocity.x * timeS, y: start.y + velocity.y * timeS }
    const ego = { xM: EGO_MPS * timeS, yM: 0, headingRad: 0 }
    const inEgo = { x: truth.x - ego.xM, y: truth.y }
    const awayM = Math.hypot(inEgo.x, inEgo.y)
    const z = (pitch + bend * awayM) * awayM + heightM / 2
    const images = rig.cameras.map((camera): BoxesOfImage => {
      const box = projectBox(camera, {
        pose: { translation: { ...inEgo, z }, rotation: quaternionFromYaw(headingRad) },
        sizeM,
      })
      const whole = box && box.maxX - box.minX > 8 && box.maxY - box.minY > 8
      const boxes = whole ? [{ key: camera.view, label: kind, box: blurred(box, normal) }] : []
      return { view: camera.view, captureTimeNs: timeNs, boxes }
    })
    const poses = [{ timeNs, mapFromEgo: transformFromPlanar(ego) }]
    const { detections } = liftBoxes(images, rig, poses, config)
    const eyes = rig.cameras.map((camera) => ({ camera, mapFromEgo: poses[0]!.mapFromEgo }))
    state = trackStep(state, { timeNs, detections: mergeViews(detections), eyes }, config).state
  }
  const [track, ...others] = state.tracks
  if (!track || track.sightings < frames) return undefined
  const [x, y, vx, vy] = track.belief.mean as [number, number, number, number]
  return {
    tracks: 1 + others.length,
    position: mahalanobisSquared({ xM: x - truth.x, yM: y - truth.y }, positionCovariance(track.belief)),
    velocity: mahalanobisSquared({ xM: vx - velocity.x, yM: vy - velocity.y }, velocityCovariance(track.belief)),
  }
}

/** Edges of the image stay where they are: what is cut is cut exactly. */
const blurred = (box: Box2, normal: () => number): Box2 => ({
  minX: box.minX <= 0 ? 0 : box.minX + EDGE_PX * normal(),
  minY: box.minY <= 0 ? 0 : box.minY + EDGE_PX * normal(),
  maxX: box.maxX >= 1600 ? 1600 : box.maxX + EDGE_PX * normal(),
  maxY: box.maxY >= 900 ? 900 : box.maxY + EDGE_PX * normal(),
})

test.each([
  ['three frames in 0.2 s', 3, 0.1],
  ['six frames in 2.5 s', 6, 0.5],
])('over %s errors are as large as their covariances say', (_what, frames, periodS) => {
  const results = Array.from({ length: 400 }, (_, seed) => follow(seed + 1, frames, periodS)).filter(
    (r) => r !== undefined,
  )
  expect(results.length).toBeGreaterThan(200)
  // Seen in one camera or in two, cut by the side of an image or not: one agent is one track.
  expect(results.filter(({ tracks }) => tracks > 1).length).toBeLessThan(0.02 * results.length)
  for (const squared of [results.map(({ position }) => position), results.map(({ velocity }) => velocity)]) {
    const inside = squared.filter((value) => value < 5.991).length / squared.length
    expect(inside).toBeGreaterThan(0.9)
    const mean = squared.reduce((sum, value) => sum + value, 0) / (2 * squared.length)
    expect(mean).toBeGreaterThan(0.4)
    expect(mean).toBeLessThan(1.3)
  }
})
