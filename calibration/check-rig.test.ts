import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { conjugateQuaternion, multiplyQuaternions, type Quaternion, quaternionFromYaw } from '#geometry'
import type { View } from '#messages'
import { ROOT } from '../test/oracles.ts'
import { checkRig } from './check-rig.ts'
import { parseRig } from './parse-rig.ts'
import type { Rig, RigCamera } from './rig-schema.ts'

const TOWN = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))

const altered = (view: View, change: (camera: RigCamera) => Partial<RigCamera>): Rig => ({
  ...TOWN,
  cameras: TOWN.cameras.map((camera) => (camera.view === view ? { ...camera, ...change(camera) } : camera)),
})
const turned = (view: View, turn: (rotation: Quaternion) => Quaternion) =>
  altered(view, ({ egoFromCamera }) => ({
    egoFromCamera: { ...egoFromCamera, rotation: turn(egoFromCamera.rotation) },
  }))
const moved = (view: View, place: Partial<{ x: number; y: number; z: number }>) =>
  altered(view, ({ egoFromCamera }) => ({
    egoFromCamera: { ...egoFromCamera, translation: { ...egoFromCamera.translation, ...place } },
  }))

test('the rig of the example gives nothing to complain about', () => {
  expect(checkRig(TOWN)).toEqual([])
})

test.each<[string, Rig, string, RegExp]>([
  [
    'two cameras with one view',
    { ...TOWN, cameras: [...TOWN.cameras, TOWN.cameras[0]!] },
    'RIG_VIEW_TWICE',
    /cameras\[6\] \(front\).*also cameras\[0\]/,
  ],
  [
    'a front camera that looks backward',
    turned('front', (rotation) => multiplyQuaternions(quaternionFromYaw(Math.PI), rotation)),
    'RIG_VIEW_DIRECTION',
    /cameras\[0\] \(front\).*180 degrees/,
  ],
  [
    'left and right swapped',
    {
      ...TOWN,
      cameras: TOWN.cameras.map((camera) => ({
        ...camera,
        view: camera.view === 'front_left' ? 'front_right' : camera.view === 'front_right' ? 'front_left' : camera.view,
      })),
    },
    'RIG_SIDES_SWAPPED',
    /front_left to look left/,
  ],
  [
    'the rotation of a body frame',
    turned('front', () => ({ x: 0, y: 0, z: 0, w: 1 })),
    'RIG_OPTICAL_FRAME',
    /z axis.*90 degrees/,
  ],
  ['the inverse rotation', turned('front', conjugateQuaternion), 'RIG_CAMERA_ROLLED', /cameraFromEgo/],
  [
    'a camera that hangs upside down',
    turned('front', (rotation) => multiplyQuaternions(rotation, quaternionFromYaw(Math.PI))),
    'RIG_CAMERA_ROLLED',
    /180 degrees off/,
  ],
  [
    'a quaternion with a wrong digit',
    turned('back', (rotation) => ({ ...rotation, w: rotation.w + 0.3 })),
    'RIG_QUATERNION',
    /length/,
  ],
  ['a camera below the ground', moved('front', { z: -0.2 }), 'RIG_CAMERA_HEIGHT', /-0\.2 m/],
  ['a camera on a mast', moved('front', { z: 4.5 }), 'RIG_CAMERA_HEIGHT', /4\.5 m/],
  ['a place in millimetres', moved('front', { x: 1700 }), 'RIG_CAMERA_FAR', /1700 m/],
  [
    'intrinsics of another image size',
    altered('front', ({ model }) => ({ model: { ...model, cx: 800, cy: 450 } })),
    'RIG_PRINCIPAL_POINT',
    /800, 450/,
  ],
  [
    'a focal length in micrometres',
    altered('front', ({ model }) => ({ model: { ...model, fx: 4200 } })),
    'RIG_FIELD_OF_VIEW',
    /horizontal.*6\.1/,
  ],
  [
    'a distortion that folds back inside the image',
    altered('front', ({ model }) => ({
      model: { ...model, kind: 'brown-conrady', k1: -0.9, k2: 0, p1: 0, p2: 0, k3: 0 },
    })),
    'RIG_DISTORTION_FOLDS',
    /folds back/,
  ],
  [
    'a time offset in nanoseconds',
    altered('front', () => ({ timeOffsetMs: 20_000_000 })),
    'RIG_TIME_OFFSET',
    /20000000 ms/,
  ],
])('%s is named, and nothing else is', (_, rig, code, words) => {
  const findings = checkRig(rig)
  expect(findings.map((finding) => finding.code)).toEqual([code])
  const [{ where, expected, found } = { where: '', expected: '', found: '' }] = findings
  expect(`${where}: expected ${expected}, found ${found}`).toMatch(words)
})
