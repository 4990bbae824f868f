import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseRig } from '#calibration'
import { constantVelocityAdeM } from '#dataset'
import { fusionConfig } from '#fusion'
import { ROOT } from '../../../test/oracles.ts'
import { chooserAdeM } from './chooser.ts'
import { isReasonInSight } from './reason-in-sight.ts'
import { drivingSuite, suiteCases, suiteDrives } from './suite.ts'

const suite = drivingSuite('held-out')

it('asks for what eyes alone know: somebody, a light or a sign that an image shows, or a free road', async () => {
  const rig = parseRig(readFileSync(`${ROOT}examples/nano/nano.rig.yaml`, 'utf8'))
  const drives = suiteDrives(suite, 0).slice(0, 36)
  const cases = await Promise.all(drives.map((drive) => suiteCases(drive, suite, rig, fusionConfig.parse({}))))
  let [seen, free] = [0, 0]
  for (const each of cases.flat()) {
    const { scene, ego, slices } = each
    expect(chooserAdeM(each)).toBeGreaterThanOrEqual(suite.blindAdeM!)
    const offM = constantVelocityAdeM(scene)
    if (isReasonInSight(scene)) {
      seen += 1
      expect(offM).toBeGreaterThanOrEqual(suite.hard.constantVelocityAdeM)
    } else {
      free += 1
      expect(slices).toContain('free-road')
      expect(ego.speedMps).toBeGreaterThanOrEqual(suite.free!.leastMps)
      expect(offM).toBeGreaterThanOrEqual(suite.free!.constantVelocityAdeM)
    }
  }
  expect(free).toBeGreaterThan(2)
  expect(seen).toBeGreaterThan(2)
}, 120_000)

it('has families in proportion from the first drives on', () => {
  const drives = suiteDrives(suite, 0)
  const total = suite.drives.reduce((sum, { count }) => sum + count, 0)
  expect(new Set(drives.map(({ family, seed }) => `${family}-${seed}`)).size).toBe(total)
  for (let first = 1; first <= total; first += 1)
    for (const { family, count } of suite.drives) {
      const has = drives.slice(0, first).filter((drive) => drive.family === family).length
      expect(Math.abs(has - (count * first) / total)).toBeLessThanOrEqual(1)
    }
})
