// How long does a plan question about six views take, and where does the time go? On the CPU, two threads, the model process as
// in a drive, random weights, so that the answer is as long as the schema lets it be. --shape nano|0.5b, --questions 8.
// `bound` is the arithmetic of vision tower and prefill at the speed of one large float32 product in onnxruntime, and for a
// token one vector times a matrix with as many weights as the decoder. `transformers` is the same question there, without a
// schema; left out where there is no .venv, or with --no-peer.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readBundle, type SHAPES } from '#compiler'
import { type ImageRef, VIEWS } from '#messages'
import { type Answer, promptBudget, type Question, startModelProcess } from '#model'
import { questionFrom } from '#pipeline'
import { planConfig, planTask } from '#tasks'
import { flag } from './car/bench-flags.ts'
import { drawFrames, FRAME, numbered } from './car/draw-frames.ts'
import { makeRandomBundle } from './car/random-bundle.ts'
import { createSpans } from './car/spans.ts'
import { countWork } from './question/count-work.ts'
import { matmulMs } from './question/matmul-bound.ts'
import { STRAIGHT_SET } from './question/straight-set.ts'
import { reportBench } from './report.ts'

const THREADS = 2
/** Smart resize makes these of 16:9 when it may have so many squares of 28 x 28; a bundle's own limit may be lower. */
const BUDGETS = { '448x252': 144 * 28 * 28, '644x364': 301 * 28 * 28 } as const
type Budget = keyof typeof BUDGETS

/** A product that any CPU does at its full speed. */
const LARGE = 1024

const shape = (flag('shape') ?? 'nano') as keyof typeof SHAPES
const questions = Number(flag('questions') ?? (shape === 'nano' ? 8 : 1))
const budgets = (flag('budget') ? [flag('budget')] : Object.keys(BUDGETS)) as Budget[]

const askFor = (budget: Budget, requestId: bigint, image: (ref: ImageRef) => Uint8Array): Question => {
  const config = planConfig.parse({ maxPixelsPerView: BUDGETS[budget] })
  const request = planTask.buildRequest({ requestId, frameSet: STRAIGHT_SET, config })
  return questionFrom(request, { put: () => {}, get: (ref) => ({ kind: 'encoded', data: image(ref) }) })
}

interface Asked {
  readonly answer: Answer
  /** Until the last pose of the plan was there; ms. */
  readonly posesMs: number
  readonly wholeMs: number
}

const folder = mkdtempSync(join(tmpdir(), 'bench-question-'))
const figures: Record<string, number> = {}
const ratios: Record<string, number> = {}

const measure = async (budget: Budget, jpegs: readonly Uint8Array[], bundle: string): Promise<Question> => {
  const model = startModelProcess({ bundle, threads: THREADS })
  const spans = createSpans()
  const ask = async (question: Question): Promise<Asked> => {
    const startMs = performance.now()
    let text = ''
    let posesMs = Number.NaN
    const answer = await model.answer(question, (part) => {
      text += part.text
      if (Number.isNaN(posesMs) && text.includes(']]')) posesMs = performance.now() - startMs
    })
    return { answer, posesMs, wholeMs: performance.now() - startMs }
  }
  const keep = ({ answer, posesMs, wholeMs }: Asked, suffix = ''): void => {
    const { preprocessMs, visionMs, prefillMs, decodeMs } = answer.timing
    const firstMs = preprocessMs + visionMs + prefillMs
    for (const [name, ms] of Object.entries({ preprocessMs, visionMs, prefillMs, firstMs, decodeMs, posesMs, wholeMs }))
      spans.add(`${name.slice(0, -2)}${suffix}`, ms)
    spans.add(`token${suffix}`, decodeMs / answer.tokenIds.length)
  }

  let number = 0
  let question: Question | undefined
  let asked: Asked | undefined
  for (let round = -1; round < questions; round++) {
    number += 1
    const images = jpegs.map((jpeg) => numbered(jpeg, number))
    const image = ({ topic }: ImageRef): Uint8Array =>
      images[VIEWS.findIndex((view) => topic === `/sensors/camera/${view}`)]!
    question = askFor(budget, BigInt(number), image)
    asked = await ask(question)
    const again = await ask(askFor(budget, BigInt(1000 + number), image))
    // The first compiles grammar and code; with one question only there is no other.
    if (round < 0 && shape === 'nano') continue
    keep(asked)
    keep(again, 'Again')
    if (shape !== 'nano') break
  }
  await model.close()

  const { promptTokenIds, tokenIds } = asked!.answer
  const at = (name: string): string => `${name}${budget}`
  const median = (name: string): number => spans.percentiles()[`${name}P50Ms`]!
  for (const name of ['preprocess', 'vision', 'prefill', 'decode', 'poses', 'whole'])
    figures[at(`${name}Ms`)] = median(name)
  figures[at('wholeP95Ms')] = spans.percentiles().wholeP95Ms!
  figures[at('posesP95Ms')] = spans.percentiles().posesP95Ms!
  figures[at('promptTokens')] = promptTokenIds.length
  figures[at('answerTokens')] = tokenIds.length
  figures[at('tokensPerS')] = 1e3 / median('token')
  figures[at('secondQuestionMs')] = median('whole') - median('first') + median('firstAgain')
  figures[at('savedBySharingMs')] = median('first') - median('firstAgain')

  const opened = await readBundle(bundle)
  const views = VIEWS.map(() => FRAME)
  const { images } = promptBudget({
    bundle: opened,
    images: views,
    maxPixels: BUDGETS[budget],
    textTokens: 0,
    maxNewTokens: 0,
  })
  figures[at('imageTokens')] = images.reduce((sum, { tokens }) => sum + tokens, 0)
  const merge = opened.vision.spatialMergeSize ** 2
  const patches = images.map(({ tokens }) => tokens * merge)
  const work = countWork(opened, patches, promptTokenIds.length)
  const flopPerMs = (2 * LARGE ** 3) / (await matmulMs(join(folder, 'gemm'), LARGE, LARGE, LARGE, THREADS))
  const { hiddenSize } = opened.text
  const tokenMs = await matmulMs(
    join(folder, 'gemv'),
    1,
    hiddenSize,
    Math.round(work.decoderWeights / hiddenSize),
    THREADS,
  )
  figures.gemmGflopPerS = flopPerMs / 1e6
  figures[at('visionBoundMs')] = work.visionFlop / flopPerMs
  figures[at('prefillBoundMs')] = work.prefillFlop / flopPerMs
  figures[at('tokenBoundMs')] = tokenMs
  ratios[at('visionToBound')] = median('vision') / figures[at('visionBoundMs')]!
  ratios[at('prefillToBound')] = median('prefill') / figures[at('prefillBoundMs')]!
  ratios[at('tokenToBound')] = median('token') / tokenMs
  return question!
}

const besidePeer = async (
  budget: Budget,
  jpegs: readonly Uint8Array[],
  bundle: string,
  question: Question,
): Promise<void> => {
  const python = fileURLToPath(new URL('../.venv/bin/python', import.meta.url))
  if (!existsSync(python) || process.argv.includes('--no-peer')) return
  const images = jpegs.map((jpeg, index) => {
    const path = join(folder, `${index}.jpg`)
    writeFileSync(path, jpeg)
    return path
  })
  const user = question.messages.at(-1)!.content
  const text = (typeof user === 'string' ? [] : user).map((part) => (part.type === 'text' ? part.text : '')).join('')
  const rounds = shape === 'nano' ? 3 : 1
  const newTokens = shape === 'nano' ? 64 : 8
  const path = join(folder, 'question.json')
  const maxPixels = Math.min(BUDGETS[budget], (await readBundle(bundle)).image.maxPixels)
  writeFileSync(path, JSON.stringify({ images, text, maxPixels, newTokens, rounds, threads: THREADS }))
  const script = fileURLToPath(new URL('./question/transformers_plan.py', import.meta.url))
  const { stdout } = await promisify(execFile)(python, [script, join(folder, 'checkpoint'), path], {
    env: { ...process.env, OMP_NUM_THREADS: String(THREADS), OMP_WAIT_POLICY: 'PASSIVE' },
  })
  const peer: Record<string, number> = JSON.parse(stdout)
  const at = (name: string): string => `${name}${budget}`
  figures[at('transformersPreprocessMs')] = peer.preprocessMs!
  figures[at('transformersFirstTokenMs')] = peer.firstTokenMs!
  figures[at('transformersTokenMs')] = peer.decodeMsPerToken!
  figures[at('transformersPromptTokens')] = peer.promptTokens!
  ratios[at('preprocessToTransformers')] = figures[at('preprocessMs')]! / peer.preprocessMs!
  const firstMs = figures[at('visionMs')]! + figures[at('prefillMs')]!
  ratios[at('firstTokenToTransformers')] = firstMs / peer.firstTokenMs!
  ratios[at('tokenToTransformers')] = 1e3 / figures[at('tokensPerS')]! / peer.decodeMsPerToken!
}

/** The toy driver's plan must be there before planMaxAge is over, and no part may be slower than in transformers. */
const limitsOf = (found: Readonly<Record<string, number>>): Record<string, number> => ({
  ...(figures.posesMs448x252 === undefined ? {} : { posesMs448x252: 1000 }),
  ...Object.fromEntries(
    Object.keys(found)
      .filter((name) => name.includes('ToTransformers'))
      .map((name) => [name, 1]),
  ),
})

try {
  const jpegs = await drawFrames(VIEWS.length)
  const bundle = await makeRandomBundle(folder, shape)
  for (const budget of budgets) await besidePeer(budget, jpegs, bundle, await measure(budget, jpegs, bundle))
  reportBench({ name: 'question', n: questions, figures, ratios, limits: shape === 'nano' ? limitsOf(ratios) : {} })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
