/** What can be asked of a model, and how its answer comes back. Types only: nothing here knows an engine. */

/** An image as it was published: encoded (jpeg, png) or raw rows. */
export type ImageBytes =
  | { readonly kind: 'encoded'; readonly data: Uint8Array }
  | {
      readonly kind: 'raw'
      readonly data: Uint8Array
      readonly width: number
      readonly height: number
      /** Bytes per row. */
      readonly step: number
      /** As in foxglove.RawImage: rgb8, bgr8, rgba8, bgra8, mono8. */
      readonly encoding: string
    }

export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly image: ImageBytes }
  /** Oldest frame first; `fps` is the rate of the frames given. */
  | { readonly type: 'video'; readonly frames: readonly ImageBytes[]; readonly fps: number }

export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string | readonly Part[]
}

/** Greedy when temperature is 0. */
export interface Sampling {
  readonly temperature: number
  /** Keep the k likeliest; 0 keeps all. */
  readonly topK: number
  /** Keep the likeliest up to this mass, in (0, 1]. */
  readonly topP: number
  readonly seed: bigint
  /** When greedy, a number that is one token is the median of what the model gives such numbers, not the likeliest. */
  readonly medianNumbers?: boolean
}

export const GREEDY: Sampling = { temperature: 0, topK: 0, topP: 1, seed: 0n }

export interface Question {
  readonly messages: readonly Message[]
  /** JSON Schema that the answer must match, character by character; absent: free text. */
  readonly answerSchema?: object
  readonly maxNewTokens: number
  readonly sampling: Sampling
  /** Images are resized to at most this many pixels, never above the bundle's own limit; absent: the bundle's. */
  readonly maxPixels?: number
  /**
   * What the asker takes each image and video to be resized to, in their order, undefined where it does not matter; pixels.
   * An answer that speaks of pixels is read by them: others than the engine's own are refused with QUESTION_IMAGE_SIZES.
   */
  readonly imageSizes?: readonly ({ readonly width: number; readonly height: number } | undefined)[]
  /** Go on past the end-of-sequence token, for tests against a reference. */
  readonly ignoreEos?: boolean
}

/** A piece of the answer as it was decoded. */
export interface AnswerPart {
  readonly text: string
  readonly tokenIds: readonly number[]
}

export interface Answer {
  readonly text: string
  readonly tokenIds: readonly number[]
  readonly promptTokenIds: readonly number[]
  /** Of those, how many had been run for the question before; and how often the vision graph ran for this one. */
  readonly reusedTokens: number
  readonly visionRuns: number
  /** stop: the model (or the schema) ended it; length: the token budget did; cut: the caller did. */
  readonly finish: 'stop' | 'length' | 'cut'
  /** Wall time; ms. */
  readonly timing: {
    readonly preprocessMs: number
    readonly visionMs: number
    readonly prefillMs: number
    readonly decodeMs: number
  }
}

/** Cut before the prompt was known. */
export const NOTHING_ANSWERED: Answer = {
  text: '',
  tokenIds: [],
  promptTokenIds: [],
  reusedTokens: 0,
  visionRuns: 0,
  finish: 'cut',
  timing: { preprocessMs: 0, visionMs: 0, prefillMs: 0, decodeMs: 0 },
}

export { longestAnswerBytes } from './answer-bound.ts'
