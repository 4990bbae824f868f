import { createRandom } from './random.ts'

/** Under what a tape is replayed, and what may not matter. */
export interface Condition {
  readonly name: string
  /** Arguments of `outrider replay` besides tape, `--check` and `--json`. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** `root`: the root of the file system, the tape named from there. */
  readonly folder: 'repository' | 'root'
  /** Busy processes beside it. */
  readonly load: number
  /** Whether it writes the replayed drive, to be compared with the first replay's. */
  readonly writes: boolean
  /** It sleeps most of the time: many may run beside each other. */
  readonly sleeps: boolean
}

const condition = (name: string, rest: Partial<Omit<Condition, 'name'>> = {}): Condition => ({
  name,
  args: [],
  env: {},
  folder: 'repository',
  load: 0,
  writes: true,
  sleeps: false,
  ...rest,
})

/** Every condition of the battery; the model is run again with the bundle that drove. */
export const conditionsFor = (bundle: string): readonly Condition[] => [
  condition('CPU load: two busy processes', { load: 2 }),
  condition('UV_THREADPOOL_SIZE 1', { env: { UV_THREADPOOL_SIZE: '1' } }),
  condition('UV_THREADPOOL_SIZE 2', { env: { UV_THREADPOOL_SIZE: '2' } }),
  condition('UV_THREADPOOL_SIZE 8', { env: { UV_THREADPOOL_SIZE: '8' } }),
  condition('rate 0.1', { args: ['--rate', '0.1'], sleeps: true }),
  condition('rate 1', { args: ['--rate', '1'] }),
  condition('time zone Pacific/Chatham', { env: { TZ: 'Pacific/Chatham' } }),
  condition('locale tr_TR.UTF-8', { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }),
  condition('another working directory', { folder: 'root' }),
  condition('from the middle, by a snapshot', { writes: false }),
  condition('recomputed, ORT with 1 thread', {
    args: ['--answers', 'recompute', '--bundle', bundle, '--threads', '1'],
    writes: false,
  }),
  condition('recomputed, ORT with 2 threads', {
    args: ['--answers', 'recompute', '--bundle', bundle, '--threads', '2'],
    writes: false,
  }),
]

/** The runs that the seed chooses for a condition. */
export const runsUnder = (seed: number, conditionIndex: number, runs: number, count: number): readonly number[] =>
  createRandom(seed * 7919 + conditionIndex).some(
    Array.from({ length: runs }, (_, number) => number),
    count,
  )
