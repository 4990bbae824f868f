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
}

export interface RecomputeReport {
  readonly answers: number
  readonly tokens: number
  readonly differences: readonly AnswerDifference[]
}

/** Runs the model again on each request and compares tokens up to where the recorded answer ended. */
export const createRecompute = (engine: Engine, images: ImageStore) => {
  const recomputed = new Map<bigint, readonly number[]>()
  const recorded = new Map<bigint, number[]>()
  const differences: AnswerDifference[] = []
  let answers = 0
  let tokens = 0

  return {
    /** Takes as long as it takes: the recorded answer is delivered in event time all the same. */
    async ask(request: ModelRequest): Promise<void> {
      const answer = await engine.answer(questionFrom(request, images), () => {})
      recomputed.set(request.requestId, answer.tokenIds)
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
      const length = whole ? Math.max(ids.length, ours.length) : ids.length
      for (let token = 0; token < length; token += 1) {
        if (ids[token] === ours[token]) continue
        differences.push({ requestId: part.requestId, token, recorded: ids[token], recomputed: ours[token] })
        break
      }
    },
    report(): RecomputeReport {
      return { answers, tokens, differences }
    },
  }
}
