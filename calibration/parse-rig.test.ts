import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutriderError } from '#errors'
import { quaternionLength } from '#geometry'
import { ROOT } from '../test/oracles.ts'
import { formatRig } from './format-rig.ts'
import { parseRig } from './parse-rig.ts'

const TOWN = readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8')

const refused = (text: string): OutriderError => {
  try {
    parseRig(text)
  } catch (error) {
    if (error instanceof OutriderError) return error
    throw error
  }
  throw new Error('the rig was taken')
}

test('the rig of the example has six views in order, and rotations of length one', () => {
  const { cameras } = parseRig(TOWN)
  expect(cameras.map(({ view }) => view)).toEqual([
    'front',
    'front_left',
    'front_right',
    'back',
    'back_left',
    'back_right',
  ])
  for (const { egoFromCamera } of cameras) expect(quaternionLength(egoFromCamera.rotation)).toBeCloseTo(1, 14)
})

test('what is left out gets its default', () => {
  const { cameras, vehicle, name } = parseRig(`
cameras:
  - view: front
    width: 100
    height: 50
    model: { kind: brown-conrady, fx: 60, fy: 60, cx: 50, cy: 25, k1: -0.1 }
    egoFromCamera: { translation: { x: 1, y: 0, z: 1 }, rotation: { x: -0.5, y: 0.5, z: -0.5, w: 0.5 } }
`)
  expect(name).toBe('unnamed')
  expect(cameras[0]).toMatchObject({ timeOffsetMs: 0, model: { k1: -0.1, k2: 0, p1: 0, p2: 0, k3: 0 } })
  expect(vehicle).toMatchObject({ wheelbaseM: 2.65, maxSteeringAngleRad: 0.6 })
})

test.each([
  ['a misspelt key', 'timeOffsetMs: 0', 'timeOfsetMs: 0', 'RIG_INVALID', /cameras\[0\]/, /timeOfsetMs/],
  ['a view that is none', 'view: back_left', 'view: rear', 'RIG_INVALID', /cameras\[4\]\.view/, /"rear"/],
  ['a word for a number', 'fx: 320', 'fx: wide', 'RIG_INVALID', /cameras\[0\]\.model\.fx/, /"wide"/],
  ['a focal length of nothing', 'fx: 320', 'fx: 0', 'RIG_INVALID', /cameras\[0\]\.model\.fx/, /0/],
  ['an infinite offset', 'timeOffsetMs: 0', 'timeOffsetMs: .inf', 'RIG_INVALID', /timeOffsetMs/, /null|Infinity/],
  ['an unknown lens', 'kind: pinhole', 'kind: mirror', 'RIG_INVALID', /cameras\[0\]\.model/, /mirror/],
  ['half a pixel of width', 'width: 448', 'width: 448.5', 'RIG_INVALID', /cameras\[0\]\.width/, /448\.5/],
  ['no cameras', /cameras:[\s\S]*/, 'cameras: []', 'RIG_INVALID', /cameras/, /\[\]/],
  ['an empty file', /[\s\S]*/, '', 'RIG_INVALID', /the top/, /null|nothing/],
  ['broken YAML', 'cameras:', 'cameras: ]', 'RIG_NOT_YAML', /YAML/, /./],
])('%s is refused, and named', (_, from, to, code, expected, found) => {
  const error = refused(TOWN.replace(from, to))
  expect(error.code).toBe(code)
  expect(error.expected).toMatch(expected)
  expect(error.found).toMatch(found)
})

test('whatever text a rig file holds, it is taken or refused with a code', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(refused(text).code).toMatch(/^RIG_/)
    }),
  )
})

test('a formatted rig reads back as the same rig, with its comment on top', () => {
  const rig = parseRig(TOWN)
  const text = formatRig(rig, 'made up\nfor a test')
  expect(text.startsWith('# made up\n# for a test\n')).toBe(true)
  expect(parseRig(text)).toEqual(rig)
})
