// The model process is killed while it answers: how long does the loop stand still, when do the verdicts turn to the
// minimal-risk stop, and when is there a plan again? Six 145 kB JPEGs at 12 Hz from a car in a process of its own, the real
// model process on them, the tape on disk; only the words are replaced, for random weights plan nothing that may be driven.
// The bound of the verdict is planMaxAge and a tick. --kills 4
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decode, Verdict_Decision, VerdictSchema } from '#messages'
import { type ModelProcess, type ModelProcessChange, startModelProcess } from '#model'
import type { Engine } from '#model/engine'
import { createSystemClock } from '../src/cli/system-clock.ts'
import { watchGaps } from './car/gap-watch.ts'
import { makeRandomBundle } from './car/random-bundle.ts'
import { createSpans } from './car/spans.ts'
import { drawCarFrames, startCar } from './car/start-car.ts'
import { MODEL_THREADS, surroundDrive, TICK_HZ } from './car/surround-drive.ts'
import { reportBench } from './report.ts'

const PLAN_MAX_AGE_MS = 1000
/** The model's own time until the process counts as steady, so that each restart is immediate; ms. */
const STEADY_MS = 11_000
/** Between the plan and the kill, another phase each time; ms. */
const PHASE_MS = 130
/** As many views of this size make a prompt that is answered well within planMaxAge. */
const SETTINGS = { plan: { maxPixelsPerView: 448 * 252 }, planners: { planMaxAgeMs: PLAN_MAX_AGE_MS } }

/** 5 m/s straight on, as the car goes. */
const STRAIGHT_ON = JSON.stringify({
  speed: 'keep',
  path: 'straight',
  poses: Array.from({ length: 8 }, (_, index) => [2.5 * (index + 1), 0, 0]),
  reason: 'The lane is free.',
})

const sayingStraightOn = (model: ModelProcess): Engine => ({
  get info() {
    return model.info
  },
  async answer({ answerSchema: _, ...question }, onPart, signal) {
    const answer = await model.answer({ ...question, maxNewTokens: 4 }, () => {}, signal)
    onPart({ text: STRAIGHT_ON, tokenIds: answer.tokenIds })
    return { ...answer, text: STRAIGHT_ON, finish: 'stop' }
  },
  close: model.close,
})

/** Lets whoever waits know the next time that something of a kind happens. */
const createBell = () => {
  const waiting = new Map<string, (() => void)[]>()
  return {
    ring: (name: string): void => {
      const all = waiting.get(name) ?? []
      waiting.delete(name)
      for (const resolve of all) resolve()
    },
    next: (name: string): Promise<void> =>
      new Promise((resolve) => waiting.set(name, [...(waiting.get(name) ?? []), resolve])),
  }
}

const flag = process.argv.indexOf('--kills')
const kills = flag < 0 ? 4 : Number(process.argv[flag + 1])

const folder = mkdtempSync(join(tmpdir(), 'bench-killed-'))
const spans = createSpans()
const gaps = watchGaps()
const clock = createSystemClock()
const bell = createBell()
const ending = new AbortController()
let model: ModelProcess | undefined

const killOften = async (): Promise<void> => {
  for (let kill = 0; kill < kills; kill++) {
    await sleep(STEADY_MS)
    await bell.next('plan let through')
    await bell.next('plan')
    await sleep(kill * PHASE_MS)
    gaps.reset()
    const killedNs = clock.nowNs()
    const noted = async (name: string): Promise<void> => {
      await bell.next(name)
      spans.add(name, Number(clock.nowNs() - killedNs) / 1e6)
    }
    model?.kill()
    const stopped = noted('stop')
    await Promise.all([noted('exited'), noted('ready'), noted('plan'), stopped.then(() => noted('plan let through'))])
    spans.add('gap', gaps.longestMs())
  }
  ending.abort()
}

try {
  await drawCarFrames(folder)
  const bundle = await makeRandomBundle(folder, 'nano')
  const address = `ipc://${join(folder, 'car.sock')}`
  const car = startCar(address, folder)
  void killOften()
  await surroundDrive({
    bundle,
    address,
    tape: join(folder, 'drive.mcap'),
    settings: SETTINGS,
    around: (ports) => ({
      ...ports,
      startModel: (onChange) => {
        const heard = (change: ModelProcessChange): void => {
          onChange(change)
          bell.ring(change.state)
        }
        model = startModelProcess({ bundle, threads: MODEL_THREADS, onChange: heard })
        return sayingStraightOn(model)
      },
    }),
    options: {
      signal: ending.signal,
      onOutput: ({ topic, payload }) => {
        if (topic === '/tasks/plan') bell.ring('plan')
        if (topic !== '/planners/verdict') return
        bell.ring(decode(VerdictSchema, payload).decision === Verdict_Decision.PLAN ? 'plan let through' : 'stop')
      },
    },
  }).finally(car.stop)
} finally {
  gaps.stop()
  rmSync(folder, { recursive: true, force: true })
}

const worst = (name: string): number => Math.max(...spans.of(name))
reportBench({
  name: 'model-killed',
  n: spans.count('gap'),
  figures: {
    longestGapMs: worst('gap'),
    killToStopMs: worst('stop'),
    killToExitSeenMs: worst('exited'),
    killToReadyMs: worst('ready'),
    killToPlanMs: worst('plan'),
    killToPlanLetThroughMs: worst('plan let through'),
  },
  ratios: { killToStopToBound: worst('stop') / (PLAN_MAX_AGE_MS + 1000 / TICK_HZ) },
  limits: { longestGapMs: 50, killToStopMs: PLAN_MAX_AGE_MS + 1000 / TICK_HZ },
})
