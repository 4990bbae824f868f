import type { MessageInitShape } from '@bufbuild/protobuf'
import { encode, ModelAnswer_Finish, ModelAnswerSchema, type ModelRequest } from '#messages'
import type { Engine } from '#model/engine'
import type { Answer } from '#model/question'
import type { Request } from './event.ts'
import type { ImageStore } from './image-store.ts'
import { questionFrom } from './question.ts'

/** Deltas that come faster than this are one event: a tape line a token would cost more than it tells. */
const PART_PERIOD_MS = 20

export interface AnsweringPorts {
  readonly engine: Engine
  readonly images: ImageStore
  readonly admit: (topic: string, payload: Uint8Array, captureTimeNs?: bigint) => void
  readonly onTiming: (timing: Answer['timing']) => void
}

export interface Answering {
  handle(request: Request): void
  /** Ends every answer in flight with what it has. */
  cutAll(): void
}

const FINISH = {
  stop: ModelAnswer_Finish.STOP,
  length: ModelAnswer_Finish.LENGTH,
  cut: ModelAnswer_Finish.CUT,
} as const

/** Carries step's requests to the engine and its answers back as events. Several may be in flight; each has its own cut. */
export const createAnswering = ({ engine, images, admit, onTiming }: AnsweringPorts): Answering => {
  const cuts = new Map<bigint, AbortController>()

  const ask = async (request: ModelRequest): Promise<void> => {
    const cut = new AbortController()
    cuts.set(request.requestId, cut)
    let part = 0
    let pending = { text: '', tokenIds: [] as number[] }
    const send = (end?: MessageInitShape<typeof ModelAnswerSchema>): void => {
      const body = { requestId: request.requestId, part, ...pending, ...end }
      part += 1
      pending = { text: '', tokenIds: [] }
      admit('/model/answer', encode(ModelAnswerSchema, body), request.referenceTimeNs)
    }
    let timer: NodeJS.Timeout | undefined
    try {
      const question = questionFrom(request, images)
      const answer = await engine.answer(
        question,
        ({ text, tokenIds }) => {
          pending = { text: pending.text + text, tokenIds: [...pending.tokenIds, ...tokenIds] }
          timer ??= setTimeout(() => {
            timer = undefined
            send()
          }, PART_PERIOD_MS)
        },
        cut.signal,
      )
      clearTimeout(timer)
      send({ finish: FINISH[answer.finish], promptTokens: answer.promptTokenIds.length })
      onTiming(answer.timing)
    } catch (error) {
      clearTimeout(timer)
      send({ finish: ModelAnswer_Finish.FAILED, ...failure(error) })
    } finally {
      cuts.delete(request.requestId)
    }
  }

  return {
    handle(request) {
      if (request.kind === 'cut') cuts.get(request.requestId)?.abort()
      // Every failure inside is an event; nothing is left to reject.
      else void ask(request.request)
    },
    cutAll() {
      for (const cut of cuts.values()) cut.abort()
    },
  }
}

const failure = (error: unknown): { errorCode: string; errorMessage: string } => ({
  errorCode: (error as { code?: string }).code ?? 'ENGINE_FAILED',
  errorMessage: error instanceof Error ? error.message : String(error),
})
