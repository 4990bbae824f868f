import { encode, ModelAnswer_Finish, ModelAnswerSchema, type ModelRequest } from '#messages'
import type { PlannerAnswer } from './planner.ts'

const FINISH = {
  stop: ModelAnswer_Finish.STOP,
  length: ModelAnswer_Finish.LENGTH,
  cut: ModelAnswer_Finish.CUT,
} as const

interface Waiting {
  readonly request: ModelRequest
  readonly dueNs: bigint
  readonly cut: boolean
  readonly answer: Promise<PlannerAnswer>
}

/** Keeps answers, however soon they are there, until the simulated time at which a model would have given them. */
export interface AnswerDesk {
  take(request: ModelRequest, dueNs: bigint, answer: Promise<PlannerAnswer>): void
  /** Its end is due now; the answer itself is still waited for, so that the next one finds the engine as it always does. */
  cut(requestId: bigint, nowNs: bigint): void
  /** When the next one is due; undefined when there is none. */
  nextNs(): bigint | undefined
  /** The one that is due next, as it goes to the pipeline, once it has been computed. */
  deliver(): Promise<{ readonly payload: Uint8Array; readonly referenceTimeNs: bigint }>
}

export const createAnswerDesk = (): AnswerDesk => {
  let waiting: readonly Waiting[] = []
  const first = (): Waiting | undefined =>
    waiting.reduce<Waiting | undefined>((least, one) => (least && least.dueNs <= one.dueNs ? least : one), undefined)
  return {
    take(request, dueNs, answer) {
      // It is awaited when it is due; until then nobody hears of its failure.
      answer.catch(() => undefined)
      waiting = [...waiting, { request, dueNs, cut: false, answer }]
    },
    cut(requestId, nowNs) {
      waiting = waiting.map((one) => (one.request.requestId === requestId ? { ...one, dueNs: nowNs, cut: true } : one))
    },
    nextNs: () => first()?.dueNs,
    async deliver() {
      const due = first()
      if (!due) throw new Error('no answer is due')
      waiting = waiting.filter((one) => one !== due)
      const body = await due.answer.then(
        ({ text, tokenIds, promptTokenIds, finish }) =>
          due.cut
            ? { finish: ModelAnswer_Finish.CUT }
            : { text, tokenIds: [...tokenIds], finish: FINISH[finish], promptTokens: promptTokenIds.length },
        (error: { code?: string; message?: string }) => ({
          finish: ModelAnswer_Finish.FAILED,
          errorCode: error.code ?? 'ENGINE_FAILED',
          errorMessage: error.message ?? String(error),
        }),
      )
      const { requestId, referenceTimeNs } = due.request
      return { payload: encode(ModelAnswerSchema, { requestId, part: 0, ...body }), referenceTimeNs }
    },
  }
}
