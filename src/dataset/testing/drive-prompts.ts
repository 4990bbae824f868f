// What the pipeline itself asks of a tape, whose every answer comes at once.
import { createHash } from 'node:crypto'
import {
  encode,
  findTopic,
  ModelAnswer_Finish,
  ModelAnswerSchema,
  type ModelRequest,
  ModelState_State,
  ModelStateSchema,
  RunConfigSchema,
  type TapeRecord,
} from '#messages'
import { type Event, initialState, pipelineConfig, step } from '#pipeline'
import { NANO, NANO_SIZES } from '../../../test/nano-car.ts'

const CONFIG = pipelineConfig.parse({
  rig: NANO,
  pipeline: {
    questions: ['plan', 'perception'],
    resizedImages: NANO_SIZES.map(({ view, resizedWidth, resizedHeight }) => ({
      view,
      width: resizedWidth,
      height: resizedHeight,
    })),
  },
})

const asText = ({ messages }: ModelRequest): string =>
  messages
    .map(
      ({ role, parts }) =>
        `${role}: ${parts.map(({ part }) => (part.case === 'text' ? part.value : '(image)')).join('|')}`,
    )
    .join('\n')

/** Prompts by the reference time of their frame set. */
export const drivePrompts = (records: readonly TapeRecord[]) => {
  const prompts = { plan: new Map<bigint, string>(), perception: new Map<bigint, string>() }
  let state = initialState
  let lastNs = records[0]!.logTimeNs - 10n
  const take = (topic: string, payload: Uint8Array, logTimeNs: bigint, publishTimeNs: bigint): void => {
    lastNs = logTimeNs > lastNs ? logTimeNs : lastNs + 1n
    const payloadSha256 = createHash('sha256').update(payload).digest()
    const event: Event = { topic, logTimeNs: lastNs, publishTimeNs, sequence: 0, payload, payloadSha256 }
    const result = step(state, event, () => {})
    state = result.state
    for (const request of result.requests) {
      if (request.kind !== 'ask') continue
      const { task, requestId, referenceTimeNs } = request.request
      prompts[task === 'driving/plan' ? 'plan' : 'perception'].set(referenceTimeNs, asText(request.request))
      const answer = encode(ModelAnswerSchema, { requestId, text: 'none', finish: ModelAnswer_Finish.STOP })
      take('/model/answer', answer, lastNs + 1n, lastNs + 1n)
    }
  }
  take('/pipeline/config', encode(RunConfigSchema, { configJson: JSON.stringify(CONFIG) }), lastNs + 1n, lastNs)
  take('/model/state', encode(ModelStateSchema, { state: ModelState_State.READY }), lastNs + 1n, lastNs)
  for (const { topic, payload, logTimeNs, publishTimeNs } of records) {
    if (findTopic(topic)?.producer === 'outside') take(topic, payload, logTimeNs, publishTimeNs)
  }
  return prompts
}
