import { constantVelocityAdeM } from '#dataset'
import { GroundTruthScene_Reason_Kind as Reason, Perception_Relevance as Relevance } from '#messages'
import type { QuestionName } from './answers/scene-questions.ts'
import { enumWord } from './enum-word.ts'
import type { EvaluatedScenes, SceneReading } from './evaluate.ts'
import { mean } from './open-loop/horizons.ts'
import { type AgentsScore, agentsScore } from './perception/agents-score.ts'
import { type AveragePrecision, averagePrecision } from './perception/average-precision.ts'
import { egoLight, type LightScore, lightScore } from './perception/light-score.ts'
import { objectBoxes } from './perception/seen-box.ts'
import { type SignScore, signScore } from './perception/sign-score.ts'
import { countWords, type PlannerRow, plannerRow } from './planner-row.ts'
import { type IntentionScore, intentionScore } from './prediction/intention-score.ts'
import { type PathScore, pathScore } from './prediction/path-score.ts'
import { predictedPaths } from './prediction/predicted-paths.ts'
import type { SceneCase } from './scene-case.ts'

/** What `outrider evaluate driving --json` prints. Another version means other fields. NaN is null in JSON: there was nothing to count. */
export interface DrivingReport {
  readonly version: 1
  readonly made: ReportMade
  readonly scenes: ScenesSummary
  /** The model's variants, then the planners without images. */
  readonly planners: readonly PlannerRow[]
  /** Rows that are missing, and why. */
  readonly missing: readonly { readonly planner: string; readonly reason: string }[]
  readonly perception?: PerceptionReport
  readonly prediction?: PredictionReport
  /** By variant and question. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, AnswerCounts>>>>
}

/** What the report was made with. */
export interface ReportMade {
  readonly outrider: string
  /** SHA-256 of the bundle's manifest, hex; empty without a model. */
  readonly bundleSha256: string
  readonly bundle: string
  readonly suite: string
  readonly seedOffset: number
  readonly tapes: readonly string[]
  readonly rig: string
}

export interface ScenesSummary {
  readonly count: number
  readonly drives: number
  readonly constantVelocityAdeM: number
  readonly byFamily: Readonly<Record<string, number>>
  readonly bySlice: Readonly<Record<string, number>>
  /** By the strongest reason why the world's own driver goes no faster; none: a free road. */
  readonly byReason: Readonly<Record<string, number>>
}

export interface PerceptionReport {
  readonly scenes: number
  readonly agents: AgentsScore
  readonly precision: AveragePrecision
  readonly light: LightScore
  readonly signs: SignScore
}

export interface PredictionReport {
  readonly scenes: number
  readonly intention: IntentionScore
  /** As predicted by the model's intentions. */
  readonly paths: PathScore
  /** The same agents carried on by their motion alone. */
  readonly pathsByMotion: PathScore
}

export interface AnswerCounts {
  readonly asked: number
  readonly unparsable: number
  /** Of those, that did not come to an end within their budget. */
  readonly cut: number
  readonly meanTokens: number
}

export const drivingReport = (
  cases: readonly SceneCase[],
  { outcomes, readings }: EvaluatedScenes,
  made: ReportMade,
  missing: DrivingReport['missing'],
): DrivingReport => {
  const said = readings.get('model') ?? []
  const perception = perceptionReport(said)
  const prediction = predictionReport(said)
  return {
    version: 1,
    made,
    scenes: scenesSummary(cases),
    planners: [...outcomes].map(([name, of]) => plannerRow(name, of)),
    missing,
    ...(perception && { perception }),
    ...(prediction && { prediction }),
    answers: Object.fromEntries([...readings].map(([variant, of]) => [variant, answerCounts(of)])),
  }
}

export const scenesSummary = (cases: readonly SceneCase[]): ScenesSummary => ({
  count: cases.length,
  drives: new Set(cases.map(({ drive }) => drive)).size,
  constantVelocityAdeM: mean(cases.map(({ scene }) => constantVelocityAdeM(scene))),
  byFamily: countWords(cases.map(({ family }) => family)),
  bySlice: countWords(cases.flatMap(({ slices }) => slices)),
  byReason: countWords(
    cases.map(({ scene }) => {
      const [first] = scene.truth.expert?.reasons ?? []
      return first ? enumWord(Reason, first.kind) : 'none'
    }),
  ),
})

/** An unreadable answer found nothing. */
const perceptionReport = (readings: readonly SceneReading[]): PerceptionReport | undefined => {
  const asked = readings.flatMap(({ questions, read }) =>
    read.perception === undefined
      ? []
      : [{ truth: questions.perceptionTruth, said: read.perception === 'unreadable' ? undefined : read.perception }],
  )
  if (asked.length === 0) return undefined
  const boxes = asked.map(({ truth, said }) => ({ found: said ? objectBoxes(said) : [], truths: objectBoxes(truth) }))
  const lights = asked.map(({ truth, said }) => ({ truth: egoLight(truth), said: said && egoLight(said) }))
  return {
    scenes: asked.length,
    agents: agentsScore(boxes),
    precision: averagePrecision(boxes),
    light: lightScore(
      lights.flatMap(({ truth, said }) => (truth === undefined ? [] : [{ truth, said }])),
      lights.flatMap(({ truth, said }) => (truth === undefined ? [said] : [])),
    ),
    signs: signScore(
      asked.map(({ truth, said }) => ({
        truths: truth.signs.filter(({ relevance }) => relevance === Relevance.EGO).map(({ text }) => text),
        said: (said?.signs ?? []).filter(({ relevance }) => relevance === Relevance.EGO).map(({ text }) => text),
      })),
    ),
  }
}

const predictionReport = (readings: readonly SceneReading[]): PredictionReport | undefined => {
  const asked = readings.filter(({ read }) => read.prediction !== undefined)
  if (asked.length === 0) return undefined
  const saidOf = ({ read }: SceneReading) => (read.prediction === 'unreadable' ? undefined : read.prediction)
  const pathsWith = (said: (reading: SceneReading) => ReturnType<typeof saidOf>) =>
    asked.flatMap((reading) =>
      predictedPaths(
        reading.scene,
        reading.questions.agents.map(({ id }) => id),
        said(reading),
      ),
    )
  return {
    scenes: asked.length,
    intention: intentionScore(
      asked.flatMap((reading) =>
        reading.questions.predictionTruth.agents.map(({ id, intention }) => ({
          truth: intention,
          said: saidOf(reading)?.agents.find((agent) => agent.id === id)?.intention,
        })),
      ),
    ),
    paths: pathScore(pathsWith(saidOf)),
    pathsByMotion: pathScore(pathsWith(() => undefined)),
  }
}

const answerCounts = (readings: readonly SceneReading[]): Readonly<Record<string, AnswerCounts>> => {
  const names: readonly QuestionName[] = ['plan', 'perception', 'prediction']
  const counts = names.flatMap((name) => {
    const asked = readings.flatMap(({ answers, read }) => {
      const answer = answers[name]
      return answer ? [{ answer, unreadable: read[name] === 'unreadable' }] : []
    })
    if (asked.length === 0) return []
    return [
      [
        name,
        {
          asked: asked.length,
          unparsable: asked.filter(({ unreadable }) => unreadable).length,
          cut: asked.filter(({ answer }) => answer.finish !== 'stop').length,
          meanTokens: mean(asked.map(({ answer }) => answer.tokens)),
        },
      ] as const,
    ]
  })
  return Object.fromEntries(counts)
}
