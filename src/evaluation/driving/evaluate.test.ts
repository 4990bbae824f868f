import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planTruth } from '#dataset'
import { Perception_Relevance as Relevance } from '#messages'
import { scriptedEngine } from '#model'
import type { Question } from '#model/question'
import { perceptionAnswerText, planAnswerText, predictionAnswerText } from '#tasks'
import { NANO_SIZES } from '../../../test/nano-car.ts'
import { compareReports, parseReport } from '../compare-reports.ts'
import { openAnswerLog } from './answers/answer-log.ts'
import { sceneQuestions } from './answers/scene-questions.ts'
import { VARIANTS } from './answers/variant.ts'
import { constantVelocity } from './baselines/constant-velocity.ts'
import { routeIdm } from './baselines/route-idm.ts'
import { stopped } from './baselines/stopped.ts'
import { type Evaluation, evaluateScenes } from './evaluate.ts'
import { reportPage } from './report/page.ts'
import { drivingReport } from './report.ts'
import { reportLines } from './report-lines.ts'
import type { SceneCase } from './scene-case.ts'
import { CONFIG, FEW, fewScenes } from './testing/few-scenes.ts'

const MADE = { outrider: '0', bundleSha256: '', bundle: '', suite: 'few', seedOffset: 0, tapes: [], rig: 'nano' }

let cases: readonly SceneCase[]
let folder: string

beforeAll(async () => {
  cases = await fewScenes()
  folder = mkdtempSync(join(tmpdir(), 'outrider-evaluate-'))
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const textOf = ({ messages }: Question): string =>
  messages
    .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('')

/** Knows every question and the answer that is right. */
const perfect = () => {
  const answers = new Map<string, string>()
  for (const scene of cases) {
    const questions = sceneQuestions(scene, CONFIG, NANO_SIZES)
    const textOfRequest = (request: typeof questions.plan): string =>
      request.messages
        .slice(1)
        .flatMap(({ parts }) => parts.map(({ part }) => (part.case === 'text' ? part.value : '')))
        .join('')
    answers.set(textOfRequest(questions.plan), planAnswerText(planTruth(scene.scene)))
    answers.set(textOfRequest(questions.perception), perceptionAnswerText(questions.perceptionTruth))
    if (questions.prediction) {
      answers.set(
        textOfRequest(questions.prediction),
        predictionAnswerText(questions.predictionTruth, questions.prediction),
      )
    }
  }
  return scriptedEngine((question) => {
    const said = [...answers].find(([text]) => textOf(question).endsWith(text))
    if (!said) throw new Error(`nobody asks ${textOf(question)}`)
    return said[1]
  })
}

const evaluation = (more: Partial<Evaluation>): Evaluation => ({
  cases,
  config: CONFIG,
  imageSizes: NANO_SIZES,
  baselines: [constantVelocity, stopped, routeIdm],
  engines: [perfect()],
  names: ['plan', 'perception', 'prediction'],
  variants: VARIANTS,
  log: openAnswerLog(undefined),
  ...more,
})

const compared = (...reports: readonly ReturnType<typeof drivingReport>[]) =>
  compareReports(reports.map((report) => parseReport(JSON.stringify(report), 'a.json')))

const rowOf = (report: ReturnType<typeof drivingReport>, name: string) =>
  report.planners.find(({ planner }) => planner === name)!

describe('a model that always answers right', () => {
  it('has every score at its best, and the same report twice', async () => {
    const evaluated = await evaluateScenes(evaluation({}))
    const report = drivingReport(cases, evaluated, MADE, [])
    const model = rowOf(report, 'model')
    // Answers have two decimals.
    expect(model.adeM).toBeLessThan(0.01)
    expect(model).toMatchObject({ scenes: cases.length, unparsable: 0 })
    expect(model.navsim).toMatchObject({ nc: 1, dac: 1, ddc: 1, tlc: 1, scenes: cases.length })
    expect(model.navsim!.epdms).toBeGreaterThan(0.99)
    expect(report.perception!.agents).toMatchObject({ f1: 1 })
    expect(report.perception!.agents.medianIou).toBeGreaterThan(0.9)
    expect(report.perception!.light).toMatchObject({ accuracy: 1, madeUp: 0 })
    expect(report.perception!.light.scenes).toBeGreaterThan(0)
    expect(report.prediction!.intention).toMatchObject({ accuracy: 1, macroF1: 1 })
    expect(report.answers.model).toMatchObject({ plan: { asked: cases.length, unparsable: 0, cut: 0 } })
    expect(Object.keys(report.answers.blank!)).toEqual(['plan'])
    expect(rowOf(report, 'constant-velocity').adeM).toBeGreaterThan(1.5)
    expect(rowOf(report, 'route-idm').adeM).toBeLessThan(rowOf(report, 'constant-velocity').adeM)
    const again = drivingReport(cases, await evaluateScenes(evaluation({ engines: [perfect(), perfect()] })), MADE, [])
    expect(again).toEqual(report)
    expect(compared(report, again)).toEqual({ sameQuestions: true, differences: [], apart: [] })
    expect(reportLines(report).join('\n')).toContain('route-idm')
    const page = await reportPage(report, evaluated)
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(cases.length)
    expect(page).not.toMatch(/(src|href)="http/)
  }, 120_000)
})

describe('a model that talks nonsense', () => {
  it('is counted in every scene, and stands still as far as plans go', async () => {
    const engines = [scriptedEngine(() => 'I would rather not say.')]
    const evaluated = await evaluateScenes(evaluation({ engines, variants: ['model', 'free'] }))
    const report = drivingReport(cases, evaluated, MADE, [])
    const [model, standing] = [rowOf(report, 'model'), rowOf(report, 'stopped')]
    expect(model).toMatchObject({ unparsable: cases.length, refused: 0 })
    expect(model.adeM).toBe(standing.adeM)
    expect(report.answers.free!.plan).toMatchObject({ asked: cases.length, unparsable: cases.length })
    expect(report.perception).toMatchObject({ scenes: cases.length, agents: { f1: 0 }, light: { accuracy: 0 } })
    expect(report.prediction!.intention.accuracy).toBe(0)
    expect(report.prediction!.paths).toEqual(report.prediction!.pathsByMotion)
    const better = drivingReport(cases, await evaluateScenes(evaluation({ variants: ['model'] })), MADE, [])
    const { differences, apart } = compared(report, better)
    expect(differences).toContainEqual({ name: 'planners.model.unparsable', values: [cases.length, 0] })
    expect(apart).toContain('planners.model.adeM')
  }, 120_000)
})

describe('the log of answers', () => {
  it('spares questions that were answered before, a cut last line is asked again', async () => {
    const path = join(folder, 'answers.jsonl')
    let asked = 0
    const counting = () => {
      const engine = perfect()
      const answer: typeof engine.answer = (question, onPart) => {
        asked += 1
        return engine.answer(question, onPart)
      }
      return { ...engine, answer }
    }
    const run = async () => {
      asked = 0
      const log = openAnswerLog(path)
      return evaluateScenes(evaluation({ engines: [counting()], names: ['plan'], variants: ['model', 'swapped'], log }))
    }
    const first = await run()
    expect(asked).toBe(2 * cases.length)
    const text = readFileSync(path, 'utf8')
    expect(text.trim().split('\n')).toHaveLength(2 * cases.length)
    const second = await run()
    expect(asked).toBe(0)
    expect([...second.outcomes.get('model')!].map(({ score }) => score)).toEqual(
      [...first.outcomes.get('model')!].map(({ score }) => score),
    )
    writeFileSync(path, text.slice(0, -20))
    await run()
    expect(asked).toBe(1)
    await run()
    expect(asked).toBe(0)
  }, 120_000)
})

describe('the scenes of a suite', () => {
  it('are the same every time, hard ones first, and know their lights', async () => {
    const again = await fewScenes()
    expect(again.map(({ id }) => id)).toEqual(cases.map(({ id }) => id))
    expect(again.map(({ scene }) => scene.truth)).toEqual(cases.map(({ scene }) => scene.truth))
    expect(cases.length).toBeGreaterThan(FEW.hard.perDrive)
    const red = cases.flatMap((scene) =>
      scene.scene.truth.lights
        .filter(({ relevance }) => relevance === Relevance.EGO)
        .map(({ id, state }) => [scene.isRedAt(id, 0), state === 1 || state === 2]),
    )
    expect(red.length).toBeGreaterThan(0)
    for (const [known, true_] of red) expect(known).toBe(true_)
  }, 120_000)
})
