import { VIEWS } from '#messages'
import type { FaultRule } from '#sensors'
import type { ClockJump } from './jumping-clock.ts'
import { createRandom, type Random } from './random.ts'

/** One live run of the battery: what goes wrong in it, and when. */
export interface RunPlan {
  readonly number: number
  /** What goes wrong besides the usual: the run's row in the report. */
  readonly trouble: string
  readonly script: readonly FaultRule[]
  /** Chooses which messages the script's chances strike. */
  readonly seed: number
  /** Count from the first plan: with another clock than the sensors' there may be none. */
  readonly clockJumps: readonly ClockJump[]
  /** After the first frame set. */
  readonly killModelAtMs?: number
  readonly questions: readonly string[]
  /** Frame sets that a plan is asked about: with 2 the one before is shown too. */
  readonly frameSets: number
  readonly modelThreads: number
}

type Trouble = (random: Random) => Partial<Pick<RunPlan, 'script' | 'clockJumps' | 'killModelAtMs'>>

const ANY = '/sensors/*'
const CAMERAS = '/sensors/camera/*'
const EGO = '/sensors/ego'

const oneCamera = (random: Random): string => `/sensors/camera/${random.pick(VIEWS)}`
const rule = (kind: FaultRule['kind'], topic: string, rest: Partial<FaultRule> = {}): FaultRule => ({
  kind,
  topic,
  ...rest,
})
/** Somewhere in the drive, long enough to be seen. */
const window = (random: Random, longMs: number): { fromMs: number; untilMs: number } => {
  const fromMs = random.whole(800, 3200)
  return { fromMs, untilMs: fromMs + longMs }
}

/** A bad network all the time. */
const usual = (random: Random): FaultRule[] => [
  rule('late', CAMERAS, { probability: 0.06, amount: random.whole(20, 400) }),
  rule('late', EGO, { probability: 0.05, amount: random.whole(20, 400) }),
  rule('lost', ANY, { probability: 0.03 }),
  rule('duplicated', ANY, { probability: 0.03 }),
  rule('reordered', ANY, { probability: 0.03, amount: random.whole(1, 3) }),
  rule('corrupt', ANY, { probability: 0.03, amount: random.whole(1, 4) }),
]

/** Half of the clocks that jumped are set right again. */
const thereAndPerhapsBack = (random: Random, byMs: number): ClockJump[] => {
  const atMs = random.whole(0, 1500)
  const back = { atMs: atMs + random.whole(300, 2000), byMs: -byMs }
  return [{ atMs, byMs }, ...(random.next() < 0.5 ? [back] : [])]
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'a camera clock jumps forward': (random) => ({
    script: [rule('clock-jump', oneCamera(random), { ...window(random, 1500), amount: random.whole(60, 5000) })],
  }),
  'a camera clock jumps back': (random) => ({
    script: [rule('clock-jump', oneCamera(random), { ...window(random, 1500), amount: -random.whole(60, 5000) })],
  }),
  'the ego clock jumps': (random) => ({
    script: [
      rule('clock-jump', EGO, { ...window(random, 700), amount: random.whole(30, 3000) }),
      rule('clock-jump', EGO, { ...window(random, 700), amount: -random.whole(30, 3000) }),
    ],
  }),
  'the clock of the drive jumps forward': (random) => ({
    clockJumps: thereAndPerhapsBack(random, random.whole(200, 30_000)),
  }),
  'the clock of the drive jumps back': (random) => ({
    clockJumps: thereAndPerhapsBack(random, -random.whole(50, 5000)),
  }),
  'the model process is killed': (random) => ({ killModelAtMs: random.whole(1500, 3000) }),
  'senders stall': (random) => ({ script: [rule('stalled', ANY, window(random, random.whole(600, 1800)))] }),
  'a burst beyond every queue': (random) => ({
    script: [rule('duplicated', oneCamera(random), { ...window(random, 400), amount: random.whole(300, 600) })],
  }),
  'a camera and the ego state fall out': (random) => ({
    script: [
      rule('lost', oneCamera(random), window(random, 2000)),
      rule('lost', EGO, window(random, random.whole(300, 900))),
    ],
  }),
  'every fifth message is corrupt': (random) => ({
    script: [rule('corrupt', ANY, { probability: 0.2, amount: random.whole(1, 8) })],
  }),
}

/** The runs of a seed: each trouble in turn, by itself or with a second one. */
export const planRuns = (seed: number, count: number): readonly RunPlan[] =>
  Array.from({ length: count }, (_, number) => {
    const random = createRandom(seed * 100_003 + number)
    const names = Object.keys(TROUBLES)
    const first = names[number % names.length]!
    // Every third run has a second trouble.
    const chosen = number % 3 === 2 ? [...new Set([first, random.pick(names)])] : [first]
    const troubles = chosen.map((name) => TROUBLES[name]!(random))
    const killModelAtMs = troubles.find((trouble) => trouble.killModelAtMs !== undefined)?.killModelAtMs
    return {
      number,
      trouble: chosen.join('; '),
      script: [...usual(random), ...troubles.flatMap(({ script = [] }) => script)],
      seed: random.whole(0, 2 ** 31 - 1),
      clockJumps: troubles.flatMap(({ clockJumps = [] }) => clockJumps),
      ...(killModelAtMs === undefined ? {} : { killModelAtMs }),
      questions: random.pick([['plan'], ['plan', 'perception'], ['plan', 'perception', 'prediction']]),
      frameSets: random.pick([1, 1, 2]),
      modelThreads: random.whole(1, 2),
    }
  })
