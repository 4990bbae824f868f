import type { TapeEnd } from '../read-tape.ts'
import type { CameraSkew } from './camera-skew.ts'
import type { FaultCount } from './fault-counts.ts'
import type { Planning } from './planning.ts'
import type { RunFacts } from './run-facts.ts'
import type { StageLatency } from './stage-latencies.ts'
import type { TopicRate } from './topic-rates.ts'

/** What a tape holds, at a glance. */
export interface Inspection {
  readonly file: TapeEnd
  readonly messages: number
  /** Log time of the first and last message; ns since the Unix epoch; 0 for an empty tape. */
  readonly startNs: bigint
  readonly endNs: bigint
  readonly durationS: number
  readonly topics: readonly TopicRate[]
  /** Topic -> messages that are no protobuf of its schema; images are not looked into. */
  readonly undecodable: Readonly<Record<string, number>>
  readonly cameras: CameraSkew
  readonly stages: readonly StageLatency[]
  readonly planning: Planning
  readonly faults: readonly FaultCount[]
  readonly run: RunFacts
  /** What a person should look at. */
  readonly suspicions: readonly string[]
}
