import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { multiplyQuaternions, quaternionFromYaw } from '#geometry'
import { ROOT } from '../test/oracles.ts'
import { coverageOf } from './coverage.ts'
import { parseRig } from './parse-rig.ts'

const inDegrees = (rad: number) => (rad * 180) / Math.PI
const AHEAD = { x: -0.5, y: 0.5, z: -0.5, w: 0.5 }
/** 90 degrees wide, 1.5 m high, at the ego's origin. */
const ring = (...headingsDeg: readonly (readonly [string, number])[]) =>
  parseRig(
    JSON.stringify({
      cameras: headingsDeg.map(([view, headingDeg]) => ({
        view,
        width: 1000,
        height: 1000,
        model: { kind: 'pinhole', fx: 500, fy: 500, cx: 500, cy: 500 },
        egoFromCamera: {
          translation: { x: 0, y: 0, z: 1.5 },
          rotation: multiplyQuaternions(quaternionFromYaw((headingDeg * Math.PI) / 180), AHEAD),
        },
      })),
    }),
  )

test('one camera of 90 degrees leaves 270 unseen, and sees ground from 1.5 m on', () => {
  const { cameras, gaps } = coverageOf(ring(['front', 0]), 40)
  expect(gaps).toHaveLength(1)
  expect(inDegrees(gaps[0]!.fromRad)).toBeCloseTo(45.5, 9)
  expect(inDegrees(gaps[0]!.toRad)).toBeCloseTo(-44.5, 9)
  const [front] = cameras
  expect(front?.nearestM).toBeCloseTo(1.5, 6)
  const farthest = Math.max(...front!.groundInEgo.map(({ xM, yM }) => Math.hypot(xM, yM)))
  expect(farthest).toBeCloseTo(40, 1)
  expect(front!.groundInEgo.every(({ xM }) => xM > 1.4)).toBe(true)
})

test('four cameras of 90 degrees see all around, three leave a quarter', () => {
  const all = [
    ['front', 0],
    ['front_left', 90],
    ['back', 180],
    ['front_right', -90],
  ] as const
  expect(coverageOf(ring(...all), 40).gaps).toEqual([])
  const gaps = coverageOf(ring(...all.filter(([view]) => view !== 'back')), 40).gaps
  expect(gaps).toHaveLength(1)
  expect(Math.abs(inDegrees(gaps[0]!.fromRad))).toBeCloseTo(135.5, 9)
})

test('the example rig sees all around', () => {
  const town = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
  const { cameras, gaps } = coverageOf(town, 50)
  expect(gaps).toEqual([])
  expect(cameras.every(({ groundInEgo }) => groundInEgo.length > 10)).toBe(true)
})

test('a camera that looks at the sky sees no ground', () => {
  const up = ring(['front', 0])
  const tilted = {
    ...up,
    cameras: [
      {
        ...up.cameras[0]!,
        egoFromCamera: {
          translation: { x: 0, y: 0, z: 1.5 },
          rotation: { x: -0.2706, y: 0.2706, z: -0.6533, w: 0.6533 },
        },
      },
    ],
  }
  expect(coverageOf(tilted, 40).cameras).toEqual([{ view: 'front', groundInEgo: [] }])
})
