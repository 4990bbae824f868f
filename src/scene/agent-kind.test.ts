import { expect, test } from 'vitest'
import { agentKindOf, mayBeOne } from './agent-kind.ts'

test.each([
  // nuScenes
  ['vehicle.car', 'car'],
  ['vehicle.bus.rigid', 'bus'],
  ['vehicle.construction', 'truck'],
  ['vehicle.emergency.police', 'car'],
  ['human.pedestrian.police_officer', 'pedestrian'],
  ['human.pedestrian.construction_worker', 'pedestrian'],
  ['human.pedestrian.personal_mobility', 'pedestrian'],
  ['movable_object.trafficcone', 'cone'],
  ['movable_object.pushable_pullable', 'other'],
  ['static_object.bicycle_rack', 'other'],
  // DGP
  ['Person', 'pedestrian'],
  ['Bus/RV/Caravan', 'bus'],
  ['Towed Object', 'trailer'],
  ['Wheeled Slow', 'bicycle'],
  // the model's own words
  ['a white van', 'car'],
  ['motorbike rider', 'motorcycle'],
  ['two people', 'pedestrian'],
  ['carpet', 'other'],
  ['', 'other'],
])('%s is a %s', (word, kind) => {
  expect(agentKindOf(word)).toBe(kind)
})

test('a van may be a car or a truck, a cone is no car, and what is unknown may be anything', () => {
  expect(mayBeOne('car', 'truck')).toBe(true)
  expect(mayBeOne('bicycle', 'pedestrian')).toBe(true)
  expect(mayBeOne('car', 'cone')).toBe(false)
  expect(mayBeOne('other', 'cone')).toBe(true)
})
