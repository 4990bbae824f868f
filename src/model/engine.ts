import type { Answer, AnswerPart, Question } from './question.ts'

/** What an engine says of itself, for the tape's first record and for budgets before the first frame. */
export interface EngineInfo {
  /** onnxruntime, openai, recorded, scripted. */
  readonly engine: string
  /** SHA-256 of the bundle's manifest in hex; empty for engines without a bundle. */
  readonly bundleSha256: string
  /** Most tokens of prompt and answer together; undefined when the engine cannot say. */
  readonly contextTokens?: number
}

/**
 * Answers one question at a time. Two questions that begin with the same messages share the prefix: its images are
 * encoded and prefilled once, as long as the second follows the first.
 */
export interface Engine {
  readonly info: EngineInfo
  /** `onPart` is called in order. An aborted signal gives finish `cut`. Throws OutriderError on a question it cannot take. */
  answer(question: Question, onPart: (part: AnswerPart) => void, signal?: AbortSignal): Promise<Answer>
  close(): Promise<void>
}
