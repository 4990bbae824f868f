// What it costs to drive a jittering plan evenly: a tick's judgement of such a plan with evening out allowed and not, in turns,
// beside that of a plan which is even as it is written. The tick comes every 50 ms.
import { initialPlannersState, judge, plannersConfig } from '#planners'
import { drive, ns, planOf, speeds, T0, vehicle } from '../planners/testing/plans.ts'
import { percentile, reportBench } from './report.ts'

const ROUNDS = 2000
const WARM_UP = 200
const TICK_MS = 50
/** Along the road, alternating: more than the limits of jerk allow; m. */
const JITTER_M = [0.4, -0.4, 0.3, -0.5, 0.4, 0.1, -0.4, 0.4]

const START_MPS = 10
const even = planOf(drive(speeds(START_MPS, -0.5)))
const jittering = planOf(
  drive(speeds(START_MPS, -0.5)).map((pose, index) => ({ ...pose, xM: pose.xM + JITTER_M[index]! })),
)
const ego = { pose: { xM: 0, yM: 0, headingRad: 0 }, speedMps: START_MPS, yawRateRadps: 0 }

const CASES = {
  even: { plan: even, mostM: 1 },
  jitteringEvened: { plan: jittering, mostM: 1 },
  jitteringRefused: { plan: jittering, mostM: 0 },
} as const
type Case = keyof typeof CASES
const NAMES = Object.keys(CASES) as Case[]

const configs = new Map(NAMES.map((name) => [name, plannersConfig.parse({ evenOut: { mostM: CASES[name].mostM } })]))
const took = new Map<Case, number[]>(NAMES.map((name) => [name, []]))
for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
  for (const name of NAMES) {
    const begin = performance.now()
    const { verdict } = judge({
      tickTimeNs: T0 + ns(0),
      plan: CASES[name].plan,
      egoAtTick: ego,
      egoAtPlanReference: ego,
      vehicle,
      config: configs.get(name)!,
      state: initialPlannersState,
    })
    const tookMs = performance.now() - begin
    const isRefused = verdict.findings.length > 0
    if (isRefused !== (name === 'jitteringRefused')) throw new Error(`${name}: ${JSON.stringify(verdict.findings)}`)
    if (round >= WARM_UP) took.get(name)!.push(tookMs)
  }
}

const p50 = (name: Case): number => percentile(took.get(name)!, 0.5)
reportBench({
  name: 'even-out',
  n: ROUNDS,
  figures: Object.fromEntries(
    NAMES.flatMap((name) => [
      [`${name}P50Ms`, p50(name)],
      [`${name}P99Ms`, percentile(took.get(name)!, 0.99)],
    ]),
  ),
  ratios: {
    evenedToEven: p50('jitteringEvened') / p50('even'),
    evenedToRefused: p50('jitteringEvened') / p50('jitteringRefused'),
    evenedToTick: p50('jitteringEvened') / TICK_MS,
  },
})
