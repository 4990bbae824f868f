import { expect, test } from 'vitest'
import { projectBox } from '#calibration'
import { IDENTITY_TRANSFORM, quaternionFromYaw } from '#geometry'
import type { AgentKind } from './agent-kind.ts'
import { sceneConfig } from './config.ts'
import { covarianceOf, type Detection } from './detection.ts'
import { detectionFromBox3 } from './detection-from-box3.ts'
import { priorOf } from './kind-prior.ts'
import { liftBoxes } from './lift-boxes.ts'
import { mergeViews } from './merge-views.ts'
import { toyRig } from './testing/toy-rig.ts'

const rig = toyRig({ front: 0, front_left: 60 })
const config = sceneConfig.parse({ edgeSigmaPx: 1, edgeSigmaShare: 0 })

interface Standing {
  readonly name: string
  readonly kind: AgentKind
  readonly x: number
  readonly y: number
}

/** What both cameras see of the agents, as boxes lifted to the ground. */
const sightsOf = (agents: readonly Standing[]): readonly Detection[] => {
  const images = rig.cameras.map((camera) => ({
    view: camera.view,
    captureTimeNs: 0n,
    boxes: agents.flatMap(({ name, kind, x, y }) => {
      const { sizeM } = priorOf(kind)
      const box = projectBox(camera, {
        pose: { translation: { x, y, z: sizeM.z / 2 }, rotation: quaternionFromYaw(0) },
        sizeM,
      })
      return box ? [{ key: `${name} in ${camera.view}`, label: kind, box }] : []
    }),
  }))
  return liftBoxes(images, rig, [{ timeNs: 0n, mapFromEgo: IDENTITY_TRANSFORM }], config).detections
}
const namesOf = (detections: readonly Detection[]) => detections.map(({ keys }) => keys.join(' + '))

test('a car in two cameras is one agent, seen more surely than by either', () => {
  const sights = sightsOf([{ name: 'car', kind: 'car', x: 20, y: 11 }])
  expect(sights).toHaveLength(2)
  const [agent, ...others] = mergeViews(sights)
  expect(others).toEqual([])
  expect(agent).toMatchObject({ keys: ['car in front', 'car in front_left'], views: ['front', 'front_left'] })
  const area = (detection: Detection) => {
    const { xx, xy, yy } = covarianceOf(detection)
    return xx * yy - xy * xy
  }
  expect(area(agent!)).toBeLessThan(Math.min(...sights.map(area)))
})

test('a row of pedestrians two metres apart stays a row, each once', () => {
  const row = Array.from({ length: 6 }, (_, index) => ({
    name: `${index}`,
    kind: 'pedestrian' as const,
    x: 18,
    y: 4 + 2 * index,
  }))
  const merged = mergeViews(sightsOf(row))
  expect(merged).toHaveLength(6)
  for (const { keys } of merged) expect(new Set(keys.map((key) => key[0])).size).toBe(1)
})

test('a cone beside a pedestrian does not become one with him', () => {
  const sights = sightsOf([{ name: 'a', kind: 'pedestrian', x: 15, y: 8 }])
  const [one, other] = sights
  const merged = mergeViews([one!, { ...other!, kind: 'cone', label: 'cone' }])
  expect(merged).toHaveLength(2)
})

test('two boxes of one image are never one agent, however near', () => {
  const [sight] = sightsOf([{ name: 'a', kind: 'car', x: 20, y: 0 }])
  expect(namesOf(mergeViews([sight!, { ...sight!, keys: ['twin'] }]))).toEqual(['a in front', 'twin'])
})

test('what no camera saw is left alone', () => {
  const boxInMap = { pose: IDENTITY_TRANSFORM, sizeM: { x: 4, y: 2, z: 1.5 } }
  const twins = ['a', 'b'].map((key) => detectionFromBox3({ key, label: 'car', boxInMap, sigmaM: 0.1 }, 0n))
  expect(mergeViews(twins)).toEqual(twins)
})

test('between two shutters a car may have moved, a cone not', () => {
  const [one, other] = sightsOf([{ name: 'a', kind: 'car', x: 20, y: 11 }])
  const later: Detection = {
    ...other!,
    timeNs: 40_000_000n,
    positionInMap: { xM: other!.positionInMap.xM, yM: other!.positionInMap.yM + 0.9 },
  }
  expect(mergeViews([one!, later])).toHaveLength(1)
  const asCone = (detection: Detection): Detection => ({ ...detection, kind: 'cone' })
  expect(mergeViews([asCone(one!), asCone(later)])).toHaveLength(2)
})
