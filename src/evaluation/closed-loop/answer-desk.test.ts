import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { decode, ModelAnswer_Finish, ModelAnswerSchema, ModelRequestSchema } from '#messages'
import { createAnswerDesk } from './answer-desk.ts'
import type { PlannerAnswer } from './planner.ts'

const request = (requestId: bigint) => create(ModelRequestSchema, { requestId, referenceTimeNs: 7n })
const answer = (text: string): PlannerAnswer => ({ text, tokenIds: [1, 2], promptTokenIds: [3], finish: 'stop' })
const delivered = async (desk: ReturnType<typeof createAnswerDesk>) => {
  const { payload, referenceTimeNs } = await desk.deliver()
  return { ...decode(ModelAnswerSchema, payload), referenceTimeNs }
}

describe('a desk of answers', () => {
  it('hands them out in the order in which they are due, however soon they were there', async () => {
    const desk = createAnswerDesk()
    desk.take(request(1n), 500n, Promise.resolve(answer('slow')))
    desk.take(request(2n), 300n, new Promise((resolve) => setTimeout(() => resolve(answer('quick')), 5)))
    expect(desk.nextNs()).toBe(300n)
    expect(await delivered(desk)).toMatchObject({ requestId: 2n, text: 'quick', finish: ModelAnswer_Finish.STOP })
    expect(desk.nextNs()).toBe(500n)
    expect(await delivered(desk)).toMatchObject({ requestId: 1n, text: 'slow', tokenIds: [1, 2], promptTokens: 1 })
    expect(desk.nextNs()).toBeUndefined()
  })

  it('ends one that is cut at once, and without words', async () => {
    const desk = createAnswerDesk()
    desk.take(request(1n), 500n, Promise.resolve(answer('late')))
    desk.cut(1n, 100n)
    expect(desk.nextNs()).toBe(100n)
    expect(await delivered(desk)).toMatchObject({ text: '', tokenIds: [], finish: ModelAnswer_Finish.CUT })
  })

  it('makes a failure an answer that failed, with its code', async () => {
    const desk = createAnswerDesk()
    desk.take(request(1n), 5n, Promise.reject(Object.assign(new Error('gone'), { code: 'MODEL_PROCESS_EXITED' })))
    expect(await delivered(desk)).toMatchObject({
      finish: ModelAnswer_Finish.FAILED,
      errorCode: 'MODEL_PROCESS_EXITED',
      errorMessage: 'gone',
      referenceTimeNs: 7n,
    })
  })
})
