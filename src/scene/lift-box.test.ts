import fc from 'fast-check'
import { expect, test } from 'vitest'
import { projectBox } from '#calibration'
import { type Box2, type Box3, IDENTITY_TRANSFORM, quaternionFromYaw, type Transform } from '#geometry'
import { sceneConfig } from './config.ts'
import { mahalanobisSquared } from './covariance.ts'
import { covarianceOf, type Detection } from './detection.ts'
import type { Hidden } from './image-box.ts'
import { priorOf } from './kind-prior.ts'
import { liftBox } from './lift-box.ts'
import { toyRig } from './testing/toy-rig.ts'

const camera = toyRig().cameras[0]!
const exact = sceneConfig.parse({ edgeSigmaPx: 0.3, edgeSigmaShare: 0 })
const lift = (box: Box2, label = 'car', hidden: Hidden = 'not', mapFromEgo: Transform = IDENTITY_TRANSFORM) =>
  liftBox(camera, mapFromEgo, { key: 'a', label, box, hidden }, 0n, exact)

const carAt = (x: number, y: number, headingRad = 0, liftedM = 0): Box3 => {
  const { sizeM } = priorOf('car')
  return {
    pose: { translation: { x, y, z: liftedM + sizeM.z / 2 }, rotation: quaternionFromYaw(headingRad) },
    sizeM,
  }
}
const sigmasOff = (detection: Detection, xM: number, yM: number) =>
  Math.sqrt(
    mahalanobisSquared(
      { xM: detection.positionInMap.xM - xM, yM: detection.positionInMap.yM - yM },
      covarianceOf(detection),
    ),
  )
/** All of these look along x. */
const radialSigmaM = (detection: Detection) => Math.sqrt(covarianceOf(detection).xx)

test('a car of usual size on level ground is found where it stands, within a tenth of its distance', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 8, max: 80, noNaN: true }),
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
      (x, slope, headingRad) => {
        const detection = lift(projectBox(camera, carAt(x, x * slope, headingRad))!)!
        const offM = Math.hypot(detection.positionInMap.xM - x, detection.positionInMap.yM - x * slope)
        expect(offM).toBeLessThan(0.1 * x + 0.5)
        expect(sigmasOff(detection, x, x * slope)).toBeLessThan(2.5)
      },
    ),
  )
})

test('the map turns with the ego', () => {
  const mapFromEgo: Transform = { translation: { x: 100, y: 50, z: 3 }, rotation: quaternionFromYaw(Math.PI / 2) }
  const box = projectBox(camera, carAt(20, 4))!
  const here = lift(box)!
  const there = lift(box, 'car', 'not', mapFromEgo)!
  expect(there.positionInMap.xM).toBeCloseTo(100 - here.positionInMap.yM, 9)
  expect(there.positionInMap.yM).toBeCloseTo(50 + here.positionInMap.xM, 9)
  expect(there.noise.yy).toBeCloseTo(here.noise.xx, 9)
  expect(there.shared.size.yM).toBeCloseTo(here.shared.size.xM, 9)
})

test('far away its size says more than the ground: a car on a hill is not taken for one behind the horizon', () => {
  const detection = lift(projectBox(camera, carAt(80, 0, 0, 2))!)!
  expect(detection.positionInMap.xM).toBeGreaterThan(65)
  expect(detection.positionInMap.xM).toBeLessThan(110)
  expect(sigmasOff(detection, 80, 0)).toBeLessThan(2.5)
})

test('a pedestrian on stairs, feet above the horizon, is placed by his height', () => {
  const box3: Box3 = {
    pose: { translation: { x: 15, y: 0, z: 1.7 + 0.88 }, rotation: quaternionFromYaw(0) },
    sizeM: priorOf('pedestrian').sizeM,
  }
  const detection = lift(projectBox(camera, box3)!, 'pedestrian')!
  expect(Math.abs(detection.positionInMap.xM - 15)).toBeLessThan(3)
  expect(sigmasOff(detection, 15, 0)).toBeLessThan(2.5)
})

test('the farther, the less sure, and more than in proportion', () => {
  const sigma = (x: number) => radialSigmaM(lift(projectBox(camera, carAt(x, 0))!)!)
  expect(sigma(40)).toBeGreaterThan(2 * sigma(20))
  expect(sigma(80)).toBeGreaterThan(2 * sigma(40))
})

test('a car whose wheels are hidden is placed with less certainty, not with more', () => {
  const box = projectBox(camera, carAt(25, 0))!
  const withoutWheels = { ...box, maxY: box.maxY - 0.2 * (box.maxY - box.minY) }
  const open = lift(box)!
  const hidden = lift(withoutWheels, 'car', 'partly')!
  expect(radialSigmaM(hidden)).toBeGreaterThan(1.2 * radialSigmaM(open))
  expect(sigmasOff(hidden, 25, 0)).toBeLessThan(3)
})

test('a car beside the bumper, whose wheels are below the image, stands between the camera and the last ground seen', () => {
  const box = projectBox(camera, carAt(4.2, 0))!
  expect(box.maxY).toBe(900)
  const detection = lift(box)!
  expect(sigmasOff(detection, 4.2, 0)).toBeLessThan(2)
  expect(detection.positionInMap.xM).toBeLessThan(6)
})

test.each([
  ['left', 10],
  ['right', -10],
])('a car cut by the %s side of the image goes on beyond it', (_side, y) => {
  const box = projectBox(camera, carAt(10.5, y, 0))!
  const detection = lift(box)!
  expect(sigmasOff(detection, 10.5, y)).toBeLessThan(2)
  const uncut = projectBox(camera, carAt(10.5, y * 0.5, 0))!
  const sideways = ({ shared: { across } }: Detection) => Math.hypot(across.xM, across.yM)
  expect(sideways(detection)).toBeGreaterThan(2 * sideways(lift(uncut)!))
})

test.each<[string, Box2]>([
  ['without height', { minX: 100, minY: 500, maxX: 200, maxY: 500 }],
  ['without width', { minX: 100, minY: 500, maxX: 100, maxY: 600 }],
  ['inside out', { minX: 200, minY: 600, maxX: 100, maxY: 500 }],
  ['of one pixel on the horizon', { minX: 800, minY: 449.5, maxX: 801, maxY: 450.5 }],
  ['not a number', { minX: Number.NaN, minY: 500, maxX: 200, maxY: 600 }],
])('a box %s is not lifted', (_what, box) => {
  expect(lift(box)).toBeUndefined()
})

test('whatever the box, what is lifted is finite and its covariance positive', () => {
  const edge = fc.double({ min: -10, max: 1610, noNaN: true })
  fc.assert(
    fc.property(edge, edge, edge, edge, fc.constantFrom('car', 'pedestrian', 'bus', 'thing'), (a, b, c, d, label) => {
      const box = { minX: Math.min(a, b), maxX: Math.max(a, b), minY: Math.min(c, d), maxY: Math.max(c, d) }
      const detection = lift(box, label)
      if (!detection) return
      const { xx, xy, yy } = covarianceOf(detection)
      expect([detection.positionInMap.xM, detection.positionInMap.yM, xx, xy, yy].every(Number.isFinite)).toBe(true)
      expect(xx).toBeGreaterThan(0)
      expect(xx * yy - xy * xy).toBeGreaterThan(0)
    }),
  )
})
