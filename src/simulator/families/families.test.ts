import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRig } from '#calibration'
import { planarBoxesOverlap } from '#geometry'
import { ROOT } from '../../../test/oracles.ts'
import { ATMOSPHERES } from '../atmosphere.ts'
import { egoMiddle } from '../ego-body.ts'
import { networkWorld } from '../network-world.ts'
import { sizeOf } from '../things.ts'
import { unsteered } from '../unsteered.ts'
import type { Course, World } from '../world.ts'
import type { Family } from './family.ts'
import { FAMILIES } from './index.ts'

const { vehicle } = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
const worldOf = (family: Family, seed: number): World => networkWorld(family, seed, ATMOSPHERES.clear)

const drive = (world: World, seconds: number): readonly Course[] => unsteered(world.begin(vehicle), seconds)

const SEED = 11
const DRIVES = new Map(FAMILIES.map((family) => [family.name, drive(worldOf(family, SEED), 12)]))

test.each(FAMILIES.map(({ name }) => [name]))('%s: nobody runs into anybody', (name) => {
  const compared = new Set<string>()
  DRIVES.get(name)!.forEach(({ moment }, step) => {
    if (step % 4 !== 0) return
    const boxes = [
      { id: 'ego', pose: egoMiddle(moment.ego, vehicle), lengthM: vehicle.lengthM, widthM: vehicle.widthM },
      // People may meet people.
      ...moment.agents
        .filter(({ look }) => look.kind !== 'pedestrian')
        .map(({ id, look, pose }) => ({ id, pose, lengthM: sizeOf(look).x, widthM: sizeOf(look).y })),
    ]
    boxes.forEach((box, index) => {
      for (const other of boxes.slice(index + 1)) {
        compared.add(box.id)
        expect(planarBoxesOverlap(box, other), `${box.id} and ${other.id} at ${moment.timeS} s`).toBe(false)
      }
    })
  })
  expect(compared.size).toBeGreaterThan(0)
})

test.each(FAMILIES.map(({ name }) => [name]))('%s: the ego keeps to its lane, to its limit, and to comfort', (name) => {
  for (const { moment } of DRIVES.get(name)!) {
    const { ego, egoPlan } = moment
    if (!egoPlan.turn?.kind.startsWith('change-lane')) expect(Math.abs(egoPlan.lateralM)).toBeLessThan(0.1)
    expect(ego.speedMps).toBeLessThan(egoPlan.speedLimitMps * 1.08 + 0.1)
    expect(Math.abs(ego.speedMps * ego.yawRateRadps)).toBeLessThan(3.2)
    expect(ego.accelerationMps2).toBeLessThan(2.4)
    expect(ego.accelerationMps2).toBeGreaterThan(-6.01)
  }
})

test.each(FAMILIES.map(({ name }) => [name]))('%s: the same seed makes the same drive, another one another', (name) => {
  const family = FAMILIES.find((one) => one.name === name)!
  const again = drive(worldOf(family, SEED), 2)
  const first = DRIVES.get(name)!
  again.forEach(({ moment }, step) => {
    expect(moment).toEqual(first[step]!.moment)
  })
  expect(worldOf(family, SEED + 1).begin(vehicle).moment).not.toEqual(first[0]!.moment)
})

test('some families are kept from training, and not all', () => {
  const kept = FAMILIES.filter(({ heldOut }) => heldOut).map(({ name }) => name)
  expect(kept).toEqual(['serpentine', 'skew-intersection', 'village'])
})

test('a course can go on in more than one way, and the first way does not notice', () => {
  const course = worldOf(FAMILIES[0]!, 3).begin(vehicle)
  const free = course.next().moment
  const ego = course.moment.ego
  course.next({ ...ego, pose: { ...ego.pose, xM: ego.pose.xM + 1 }, speedMps: 0 }).next()
  expect(course.next().moment).toBe(free)
})
