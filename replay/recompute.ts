import { decode, ModelAnswer_Finish, ModelAnswerSchema, type ModelRequest, type TapeRecord } from '#messages'
import type { Engine } from '#model/engine'
import { type ImageStore, questionFrom } from '#pipeline'

/** An answer that came out otherwise than recorded. */
export interface AnswerDifference {
  readonly requestId: bigint
  /** Index of the first token that differs, or the length of the shorter. */
  readonly token: number
  readonly recorded: number | undefined
  readonly recomputed: number | undefined
  /** Code of the error that there was instead of an answer, where the recorded one did not fail so. */
  readonly failure?: string
}

export interface RecomputeReport {
  /** Compared; those that failed as recorded included. */
  readonly answers: number
  readonly tokens: number
  readonly differences: readonly AnswerDifference[]
}

/** What the model says now: tokens, or the code of its error. */
type Recomputed = { readonly tokenIds: readonly number[] } | { readonly failure: string }

/** Runs the model again on each request and compares tokens up to where the recorded answer ended. */
export const createRecompute = (engine: Engine, images: ImageStore) => {
  const recomputed = new Map<bigint, Recomputed>()
  const recorded = new Map<bigint, number[]>()
  const differences: AnswerDifference[] = []
  let answers = 0
  let tokens = 0

  const answerNow = async (request: ModelRequest): Promise<Recomputed> => {
    try {
      return await engine.answer(questionFrom(request, images), () => {})
    } catch (error) {
      // As on the road: an image that cannot be read is a failed answer, not the end of the drive.
      return { failure: (error as { code?: string }).code ?? 'ENGINE_FAILED' }
    }
  }

  return {
    /** Takes as long as it takes: the recorded answer is delivered in event time all the same. */
    async ask(request: ModelRequest): Promise<void> {
      recomputed.set(request.requestId, await answerNow(request))
    },
    /** To be told each recorded answer event. */
    hear(event: TapeRecord): void {
      const part = decode(ModelAnswerSchema, event.payload)
      const ids = recorded.get(part.requestId) ?? []
      ids.push(...part.tokenIds)
      recorded.set(part.requestId, ids)
      if (part.finish === ModelAnswer_Finish.NONE) return
      recorded.delete(part.requestId)
      const ours = recomputed.get(part.requestId)
      recomputed.delete(part.requestId)
      if (!ours) return
      answers += 1
      tokens += ids.length
      // An answer that was cut or failed says nothing of what would have come after.
      const whole = part.finish === ModelAnswer_Finish.STOP || part.finish === ModelAnswer_Finish.LENGTH
      if ('failure' in ours) {
        const { failure } = ours
        const failedSo = part.finish === ModelAnswer_Finish.FAILED && part.errorCode === failure
        if (failedSo || (!whole && ids.length === 0)) return
        differences.push({ requestId: part.requestId, token: 0, recorded: ids[0], recomputed: undefined, failure })
        return
      }
      const { tokenIds } = ours
      const length = whole ? Math.max(ids.length, tokenIds.length) : ids.length
      for (let token = 0; token < length; token += 1) {
        if (ids[token] === tokenIds[token]) continue
        differences.push({ requestId: part.requestId, token, recorded: ids[token], recomputed: tokenIds[token] })
        break
      }
    },
    report(): RecomputeReport {
      return { answers, tokens, differences }
    },
  }
}
