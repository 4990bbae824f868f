import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decode, FaultSchema, ModelAnswer_Finish, ModelAnswerSchema, ModelRequestSchema, PlanSchema } from '#messages'
import type { RunPorts } from '#pipeline'
import { createSpans, type Spans } from '../car/spans.ts'
import { startCar } from '../car/start-car.ts'
import { surroundDrive } from '../car/surround-drive.ts'
import { type Layout, MAX_PIXELS, rigOf, type ViewBudget } from './layouts.ts'
import { seeingAStreet } from './seeing-a-street.ts'

/** Code is compiled, and the grammar of plans: the first does not count. */
const WARM_PLANS = 1
/** A slow model's answers are not cut for that. */
const ANSWER_TIMEOUT_MS = 600_000

export interface Drive {
  readonly folder: string
  readonly bundle: string
  readonly layout: Layout
  readonly views: readonly ViewBudget[]
  readonly jpegs: readonly Uint8Array[]
  readonly questions: readonly string[]
  readonly forMs: number
}

/** Reads from the tape what was asked, answered and cut, and how old plans are when their poses are there, and just before the next. */
const watchTape = (spans: Spans, ports: RunPorts): RunPorts => {
  const asked = new Map<bigint, { readonly name: string; readonly ms: number }>()
  let plans = 0
  let newest: { readonly requestId: bigint; readonly referenceTimeNs: bigint } | undefined
  const ageMs = (referenceTimeNs: bigint): number => Number(ports.clock.nowNs() - referenceTimeNs) / 1e6
  const watch = (topic: string, payload: Uint8Array): void => {
    if (topic === '/model/request') {
      const { requestId, task } = decode(ModelRequestSchema, payload)
      asked.set(requestId, { name: task.split('/')[1]!, ms: performance.now() })
    } else if (topic === '/model/answer') {
      const { requestId, finish } = decode(ModelAnswerSchema, payload)
      if (finish === ModelAnswer_Finish.NONE) return
      const { name, ms } = asked.get(requestId)!
      spans.add(finish === ModelAnswer_Finish.STOP ? `${name}Whole` : `${name}Unfinished`, performance.now() - ms)
    } else if (topic === '/tasks/plan') {
      const { requestId, referenceTimeNs } = decode(PlanSchema, payload)
      if (requestId === newest?.requestId) return
      plans += 1
      if (plans === WARM_PLANS) spans.clear()
      if (plans > WARM_PLANS) {
        spans.add('askedToPoses', performance.now() - asked.get(requestId)!.ms)
        spans.add('frameSetToPoses', ageMs(referenceTimeNs))
        spans.add('oldestPlan', ageMs(newest!.referenceTimeNs))
      }
      newest = { requestId, referenceTimeNs }
    } else if (topic === '/pipeline/fault') {
      spans.add(`fault.${decode(FaultSchema, payload).code}`, 0)
    }
  }
  return {
    ...ports,
    tape: {
      stats: () => ports.tape.stats?.() ?? { failure: undefined },
      write: (record) => {
        ports.tape.write(record)
        watch(record.topic, record.payload)
      },
    },
  }
}

const FAULTS = ['question-cut', 'plan-starved', 'frame-set-stale']

/** Drives the bench's car and asks these questions by the pipeline's own policy. */
export const measurePlanDelays = async (drive: Drive): Promise<Record<string, number>> => {
  const { folder, bundle, layout, views, jpegs, questions, forMs } = drive
  for (const [index, jpeg] of jpegs.entries()) writeFileSync(join(folder, `${index}.jpg`), jpeg)
  const address = `ipc://${join(folder, `${questions.length}${layout}.sock`)}`
  const spans = createSpans()
  const ending = new AbortController()
  const car = startCar(address, folder)
  try {
    const resizedImages = views.map(({ view, resized }) => ({ view, ...resized }))
    await Promise.all([
      surroundDrive({
        bundle,
        address,
        tape: join(folder, `${questions.length}${layout}.mcap`),
        rig: rigOf(layout),
        settings: {
          plan: { maxPixelsPerView: MAX_PIXELS },
          pipeline: { questions, resizedImages, answerTimeoutMs: ANSWER_TIMEOUT_MS },
        },
        around: (ports) =>
          watchTape(spans, {
            ...ports,
            startModel: (onChange) => seeingAStreet(ports.startModel(onChange)),
          }),
        options: { signal: ending.signal },
      }),
      sleep(forMs).then(() => ending.abort()),
    ])
  } finally {
    await car.stop()
  }
  const figures: Record<string, number> = { plans: spans.count('frameSetToPoses') }
  const percentiles = spans.percentiles()
  for (const name of ['askedToPoses', 'frameSetToPoses', 'oldestPlan'])
    for (const at of ['P50Ms', 'P95Ms', 'MaxMs']) figures[`${name}${at}`] = percentiles[`${name}${at}`] ?? Number.NaN
  for (const name of ['perception', 'prediction'].filter((each) => questions.includes(each))) {
    figures[`${name}Whole`] = spans.count(`${name}Whole`)
    figures[`${name}Unfinished`] = spans.count(`${name}Unfinished`)
    figures[`${name}WholeP50Ms`] = percentiles[`${name}WholeP50Ms`] ?? Number.NaN
  }
  for (const fault of FAULTS) figures[fault] = spans.count(`fault.${fault}`)
  return figures
}
