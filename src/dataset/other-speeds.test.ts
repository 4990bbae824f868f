import { beforeAll, describe, expect, it } from 'vitest'
import { buildPlanRequest, parsePlan } from '#tasks'
import { NANO_SIZES } from '../../test/nano-car.ts'
import { checkRecord } from './check-record.ts'
import { drivingRecords } from './driving-records.ts'
import { scenesAtOtherSpeeds } from './other-speeds.ts'
import type { DrivingScene } from './scene.ts'
import { QUESTIONS, scenesOf, simulatedRecords } from './testing/simulated-scenes.ts'
import type { TrainingRecord } from './training-record.ts'

const textOf = (messages: TrainingRecord['messages']): string =>
  messages.flatMap(({ content }) => content.map((part) => (part.type === 'text' ? part.text : ''))).join('')

describe('a scene of which other speeds are told', () => {
  let scenes: readonly DrivingScene[]
  beforeAll(async () => {
    scenes = await scenesOf(simulatedRecords({ family: 'winding', seed: 2 }, 5, { otherSpeeds: 3 }))
  })

  it('asks for a plan at each, of the same images, and answers what its driver would do', () => {
    let asked = 0
    for (const scene of scenes) {
      const { driving } = drivingRecords(scene, QUESTIONS, NANO_SIZES)
      const others = scenesAtOtherSpeeds(scene)
      const plans = driving.filter(({ task }) => task === 'driving/plan')
      expect(plans).toHaveLength(1 + others.length)
      expect(new Set(driving.map(({ id }) => id)).size).toBe(driving.length)
      for (const [index, plan] of plans.slice(1).entries()) {
        const { speedMps, expert } = scene.truth.atOtherSpeeds[index]!
        expect(textOf(plan.messages)).toContain(`Speed: ${speedMps.toFixed(2)} m/s. Acceleration: 0.00`)
        expect(plan.images).toEqual(plans[0]!.images)
        expect(plan.meta.group).toBe(plans[0]!.meta.group)
        expect(plan.truth.ego_speed).toBeCloseTo(speedMps, 3)
        const { frameSet } = others[index]!
        const request = buildPlanRequest({ requestId: 1n, frameSet, route: scene.route, config: QUESTIONS.plan })
        const read = parsePlan(textOf(plan.messages.slice(-1)), request)
        if (!('plan' in read)) throw new Error(read.fault.message)
        read.plan.steps.forEach(({ poseInEgo }, step) => {
          const right = expert!.steps[step]!.poseInEgo!
          expect(Math.abs(poseInEgo!.xM - right.xM)).toBeLessThan(0.0051)
          expect(plan.truth.poses![step]![0]).toBeCloseTo(right.xM, 3)
        })
        checkRecord(plan, { imageSizes: NANO_SIZES, textTokens: undefined, maxTokens: 2048 })
        asked += 1
      }
    }
    expect(asked).toBeGreaterThan(scenes.length)
  })

  it('is else the scene that it is without', async () => {
    const without = await scenesOf(simulatedRecords({ family: 'winding', seed: 2 }, 5))
    scenes.forEach((scene, index) => {
      const { driving, ...others } = drivingRecords(scene, QUESTIONS, NANO_SIZES)
      const { driving: before, ...others0 } = drivingRecords(without[index]!, QUESTIONS, NANO_SIZES)
      expect(others).toEqual(others0)
      expect(driving.filter(({ id }) => !id.includes('at-speed'))).toEqual(before)
    })
  })
})
