// What parent and child say to each other over Node's IPC channel ('advanced': typed arrays and bigints travel as bytes).
import { OutriderError } from '#errors'
import type { EngineInfo } from '../engine.ts'
import type { OnnxEngineOptions } from '../onnx-engine-options.ts'
import type { Answer, AnswerPart, Question } from '../question.ts'

/** Raised with any change below: a parent never talks to a child of another build. */
export const PROTOCOL_VERSION = 2

export type ToChild =
  /** First message. */
  | { readonly type: 'open'; readonly version: number; readonly options: OnnxEngineOptions }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  | { readonly type: 'cut'; readonly id: number }

export type ToParent =
  | { readonly type: 'ready'; readonly info: EngineInfo }
  /** The child can never answer: it leaves, and is not to be started again. */
  | { readonly type: 'unable'; readonly failure: Failure }
  | { readonly type: 'part'; readonly id: number; readonly part: AnswerPart }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }

/** An error that crosses the channel. */
export interface Failure {
  readonly code: string
  readonly expected: string
  readonly found: string
  readonly next?: string
}

export const toFailure = (error: unknown): Failure => {
  if (error instanceof OutriderError) {
    const { code, expected, found, next } = error
    return { code, expected, found, ...(next === undefined ? {} : { next }) }
  }
  const found = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { code: 'MODEL_FAILED', expected: 'an answer', found }
}

export const fromFailure = (failure: Failure): OutriderError => new OutriderError(failure)
