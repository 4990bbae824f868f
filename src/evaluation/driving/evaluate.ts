import type { PlanarPose } from '#geometry'
import type { ImageSizes, Plan } from '#messages'
import type { Engine } from '#model/engine'
import type { ImageStore, PipelineConfig } from '#pipeline'
import type { AnswerLog } from './answers/answer-log.ts'
import { askScene, type SceneAnswers } from './answers/ask-scene.ts'
import { type ReadAnswers, readAnswers } from './answers/read-answers.ts'
import { blankImages, sceneImages } from './answers/scene-images.ts'
import { type QuestionName, type SceneQuestions, sceneQuestions } from './answers/scene-questions.ts'
import type { Variant } from './answers/variant.ts'
import type { Baseline } from './baselines/baseline.ts'
import { stopped } from './baselines/stopped.ts'
import type { PlanOutcome } from './planner-row.ts'
import { planOf, refusedFor } from './refused.ts'
import type { SceneCase } from './scene-case.ts'
import { planScorer } from './score-plan.ts'

export interface Evaluation {
  readonly cases: readonly SceneCase[]
  readonly config: Pick<PipelineConfig, 'plan' | 'perception' | 'prediction' | 'planners' | 'guard'>
  /** Of every view of the rig. */
  readonly imageSizes: readonly ImageSizes[]
  readonly baselines: readonly Baseline[]
  /** Each answers one scene at a time; none: the baselines alone. */
  readonly engines: readonly Engine[]
  /** What is asked of each scene; the plan first. */
  readonly names: readonly QuestionName[]
  readonly variants: readonly Variant[]
  readonly log: AnswerLog
  readonly onAnswered?: (done: number) => void
  readonly onScored?: (done: number) => void
}

/** What the model said about one scene in one variant. */
export interface SceneReading {
  readonly scene: SceneCase
  readonly questions: SceneQuestions
  readonly answers: SceneAnswers
  readonly read: ReadAnswers
}

export interface EvaluatedScenes {
  /** By planner, in the order of the report: the model's variants, then the baselines; scenes in their order. */
  readonly outcomes: ReadonlyMap<string, readonly PlanOutcome[]>
  /** By variant. */
  readonly readings: ReadonlyMap<Variant, readonly SceneReading[]>
}

/** Asks the model about every scene, in every variant, and scores all plans beside the baselines'. */
export const evaluateScenes = async (evaluation: Evaluation): Promise<EvaluatedScenes> => {
  const { cases, config, imageSizes, baselines, variants, engines } = evaluation
  const questions = cases.map((scene) => sceneQuestions(scene, config, imageSizes))
  const readings = engines.length === 0 ? new Map() : await askAll(evaluation, questions)
  const said = new Map<string, readonly Said[]>()
  for (const variant of variants) {
    const read: readonly SceneReading[] = readings.get(variant) ?? []
    if (read.length > 0) said.set(plannerName(variant), read.map(saidBy))
  }
  for (const { name, plan } of baselines) {
    said.set(
      name,
      cases.map((scene) => saidAs(plan(scene), scene)),
    )
  }
  return { outcomes: scored(evaluation, said), readings }
}

export const plannerName = (variant: Variant): string => (variant === 'model' ? 'model' : `model-${variant}`)

/** What a planner said about one scene. */
interface Said {
  readonly plan: Plan
  readonly poses: readonly PlanarPose[]
  readonly readable: boolean
}

const saidAs = (poses: readonly PlanarPose[], { timeNs }: SceneCase): Said => ({
  plan: planOf(poses, timeNs),
  poses,
  readable: true,
})

const saidBy = ({ read: { plan }, scene }: SceneReading): Said => {
  if (plan && plan !== 'unreadable') return { plan, poses: posesOf(plan), readable: true }
  // Where nothing can be read the car would be stopped: as far as a plan says so, it stands at once.
  return { ...saidAs(stopped.plan(scene), scene), readable: false }
}

const scored = (
  { cases, config, imageSizes, onScored }: Evaluation,
  said: ReadonlyMap<string, readonly Said[]>,
): EvaluatedScenes['outcomes'] => {
  const outcomes = new Map([...said.keys()].map((name) => [name, [] as PlanOutcome[]]))
  for (const [index, scene] of cases.entries()) {
    const before = follows(scene, cases[index - 1]) ? index - 1 : undefined
    const score = planScorer(scene, before === undefined ? undefined : cases[before])
    for (const [name, plans] of said) {
      const { plan, poses, readable } = plans[index]!
      outcomes.get(name)!.push({
        scene,
        poses,
        readable,
        refusedFor: readable ? refusedFor(scene, plan, config, imageSizes) : [],
        score: score(poses, before === undefined ? undefined : plans[before]!.poses),
      })
    }
    onScored?.(index + 1)
  }
  return outcomes
}

/** Plans that are further apart do not follow one another; s. */
const FOLLOWS_WITHIN_S = 1.1

const follows = (scene: SceneCase, before: SceneCase | undefined): boolean =>
  before?.drive === scene.drive && Number(scene.timeNs - before.timeNs) / 1e9 <= FOLLOWS_WITHIN_S

const posesOf = ({ steps }: Plan): readonly PlanarPose[] =>
  steps.map(({ poseInEgo }) => poseInEgo ?? { xM: 0, yM: 0, headingRad: 0 })

/** Every engine takes the next scene as soon as it is free; all variants of a scene go to one engine. */
const askAll = async (
  { cases, variants, engines, names, log, onAnswered }: Evaluation,
  questions: readonly SceneQuestions[],
): Promise<ReadonlyMap<Variant, readonly SceneReading[]>> => {
  const readings = new Map(variants.map((variant) => [variant, new Array<SceneReading>(cases.length)]))
  let [next, done] = [0, 0]
  const work = async (engine: Engine): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      const scene = cases[index]!
      for (const variant of variants) {
        const images = imagesFor(variant, cases, index)
        const ask = { sceneId: scene.id, variant, questions: questions[index]!, names, images, engine, log }
        const answers = await askScene(ask)
        const read = readAnswers(answers, questions[index]!)
        readings.get(variant)![index] = { scene, questions: questions[index]!, answers, read }
      }
      done += 1
      onAnswered?.(done)
    }
  }
  await Promise.all(engines.map(work))
  return readings
}

const imagesFor = (variant: Variant, cases: readonly SceneCase[], index: number): ImageStore => {
  const { scene } = cases[index]!
  if (variant === 'blank') return blankImages(scene.rig)
  return sceneImages(variant === 'swapped' ? cases[partnerOf(cases, index)]!.scene : scene)
}

/** Half the list on, and further while that is the same drive: a scene that has nothing to do with this one. */
const partnerOf = (cases: readonly SceneCase[], index: number): number => {
  const half = Math.floor(cases.length / 2)
  for (let step = 0; step < cases.length; step += 1) {
    const partner = (index + half + step) % cases.length
    if (cases[partner]!.drive !== cases[index]!.drive) return partner
  }
  return (index + half) % cases.length
}
