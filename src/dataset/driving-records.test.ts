import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { boxPixels } from '#geometry'
import { PixelSpace, type TapeRecord } from '#messages'
import {
  buildPerceptionRequest,
  buildPlanRequest,
  buildPredictionRequest,
  parsePerception,
  parsePlan,
  parsePrediction,
} from '#tasks'
import { NANO_SIZES } from '../../test/nano-car.ts'
import { ROOT } from '../../test/oracles.ts'
import { checkRecord } from './check-record.ts'
import { drivingRecords, type SceneRecords } from './driving-records.ts'
import { perceptionTruth } from './perception-truth.ts'
import { planTruth } from './plan-truth.ts'
import { predictionTruth } from './prediction-truth.ts'
import type { DrivingScene } from './scene.ts'
import { drivePrompts } from './testing/drive-prompts.ts'
import { QUESTIONS, scenesOf, simulatedRecords } from './testing/simulated-scenes.ts'
import type { TrainingRecord } from './training-record.ts'

const textOf = ({ content }: TrainingRecord['messages'][number]): string =>
  content.map((part) => (part.type === 'text' ? part.text : '(image)')).join('|')
const answerOf = (record: TrainingRecord): string => textOf(record.messages.at(-1)!)
const promptOf = (record: TrainingRecord): string =>
  record.messages
    .slice(0, -1)
    .map((message) => `${message.role}: ${textOf(message)}`)
    .join('\n')

describe('the records of a scene', () => {
  let tape: readonly TapeRecord[]
  let scenes: readonly DrivingScene[]
  let records: readonly SceneRecords[]
  beforeAll(async () => {
    tape = simulatedRecords({ family: 'intersection', seed: 1 }, 7)
    scenes = await scenesOf(tape)
    records = scenes.map((scene) => drivingRecords(scene, QUESTIONS, NANO_SIZES))
  })
  const each = (read: (scene: DrivingScene, records: SceneRecords) => void): void =>
    scenes.forEach((scene, index) => {
      read(scene, records[index]!)
    })
  const ask = (scene: DrivingScene) => ({
    requestId: 1n,
    frameSet: scene.frameSet,
    route: scene.route,
    opening: QUESTIONS.plan,
  })

  it('are lines that the trainer reads', () => {
    const schema = z.fromJSONSchema(
      JSON.parse(readFileSync(`${ROOT}training/outrider_training/record.schema.json`, 'utf8')),
    )
    for (const { driving, cot, rl } of records) {
      for (const record of [...driving, ...cot, ...rl]) {
        expect(schema.safeParse(JSON.parse(JSON.stringify(record))).error?.issues ?? []).toEqual([])
      }
    }
    expect(schema.safeParse({ ...records[0]!.rl[0], messages: [] }).success).toBe(false)
  })

  it('ask what a drive asks of the same tape, to the letter', () => {
    const asked = drivePrompts(tape)
    expect(asked.plan.size).toBe(scenes.length)
    each(({ frameSet }, { driving: [plan, perception] }) => {
      expect(promptOf(plan!)).toBe(asked.plan.get(frameSet.referenceTimeNs))
      expect(promptOf(perception!)).toBe(asked.perception.get(frameSet.referenceTimeNs))
    })
  })

  it('begin alike within a frame set up to what is asked, and differ in the switch when thinking', () => {
    each((_, { driving, cot: [cot], rl: [rl] }) => {
      const opening = promptOf(driving[0]!).split('Plan the next')[0]!
      expect(opening.length).toBeGreaterThan(300)
      for (const record of [...driving, cot!, rl!]) expect(promptOf(record).startsWith(opening)).toBe(true)
      expect(new Set([...driving, cot!, rl!].map(({ meta }) => meta.group)).size).toBe(1)
      expect(promptOf(cot!)).toBe(promptOf(driving[0]!).replace(' /no_think', ' /think'))
    })
  })

  it("answer with the expert's plan, within rounding", () => {
    each((scene, { driving: [plan], cot: [cot] }) => {
      const truth = planTruth(scene)
      for (const record of [plan!, cot!]) {
        const read = parsePlan(answerOf(record), buildPlanRequest({ ...ask(scene), config: QUESTIONS.plan }))
        if (!('plan' in read)) throw new Error(read.fault.message)
        expect(read.plan).toMatchObject({
          speedAction: truth.speedAction,
          pathAction: truth.pathAction,
          reason: truth.reason,
        })
        read.plan.steps.forEach(({ poseInEgo }, index) => {
          const expert = truth.steps[index]!.poseInEgo!
          expect(Math.abs(poseInEgo!.xM - expert.xM)).toBeLessThanOrEqual(0.0051)
          expect(Math.abs(poseInEgo!.yM - expert.yM)).toBeLessThanOrEqual(0.0051)
          expect(Math.abs(poseInEgo!.headingRad - expert.headingRad)).toBeLessThanOrEqual(0.0051)
        })
      }
    })
  })

  it('answer with a perception that reads back without faults, each box within half a pixel of the truth', () => {
    let boxes = 0
    each((scene, { driving: [, perception] }) => {
      const request = buildPerceptionRequest({
        ...ask(scene),
        imageSizes: NANO_SIZES,
        config: QUESTIONS.perception,
      })
      const read = parsePerception(answerOf(perception!), request)
      if (!('perception' in read)) throw new Error(read.fault.message)
      expect(read.faults).toEqual([])
      const truth = perceptionTruth(scene, NANO_SIZES)
      expect(read.perception.objects.map(({ kind, motion, occlusion }) => [kind, motion, occlusion])).toEqual(
        truth.objects.map(({ kind, motion, occlusion }) => [kind, motion, occlusion]),
      )
      read.perception.objects.forEach(({ box }, index) => {
        const [said, real] = [box!, truth.objects[index]!.box!].map((one) => boxPixels(one, PixelSpace.ORIGINAL))
        for (const edge of ['minX', 'minY', 'maxX', 'maxY'] as const) {
          expect(Math.abs(said![edge] - real![edge])).toBeLessThanOrEqual(0.5)
        }
        boxes += 1
      })
    })
    expect(boxes).toBeGreaterThan(20)
  })

  it('answer with intentions that read back without faults', () => {
    each((scene, { driving: [, , record] }) => {
      const { agents, prediction } = predictionTruth(scene, NANO_SIZES)
      if (agents.length === 0) {
        expect(record).toBeUndefined()
        return
      }
      const read = parsePrediction(
        answerOf(record!),
        buildPredictionRequest({ ...ask(scene), agents, config: QUESTIONS.prediction }),
      )
      if (!('prediction' in read)) throw new Error(read.fault.message)
      expect(read.faults).toEqual([])
      expect(read.prediction.agents.map(({ id, intention }) => [id, intention])).toEqual(
        prediction.agents.map(({ id, intention }) => [id, intention]),
      )
    })
  })

  it('hold before a training, and are the same when made again', async () => {
    const limits = { imageSizes: NANO_SIZES, maxTokens: 1 }
    for (const { driving, cot, rl } of records) {
      for (const record of [...driving, ...cot, ...rl]) expect(checkRecord(record, limits)).toBeUndefined()
    }
    const again = await scenesOf(simulatedRecords({ family: 'intersection', seed: 1 }, 7))
    expect(JSON.stringify(again.map((scene) => drivingRecords(scene, QUESTIONS, NANO_SIZES)))).toBe(
      JSON.stringify(records),
    )
  })

  it('give rewards all that they compare with', () => {
    each(({ frameSet }, { rl: [record] }) => {
      const { poses, agents, drivable, ego, ego_speed, schema, thinks, speed } = record!.truth
      expect([poses!.length, drivable!.length > 0, thinks]).toEqual([8, true, false])
      for (const agent of agents!) expect(agent.poses).toHaveLength(9)
      expect(ego).toEqual({ length: 4.3, width: 1.8, rear_overhang: 0.8 })
      expect(ego_speed).toBeCloseTo(frameSet.egoHistory.at(-1)!.speedMps!, 3)
      expect(z.fromJSONSchema(schema as never).safeParse(JSON.parse(answerOf(record!))).success).toBe(true)
      expect(['keep', 'accelerate', 'decelerate', 'stop']).toContain(speed)
    })
  })
})
