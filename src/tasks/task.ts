import type { FaultReport, ModelRequest } from '#messages'
import type { AnswerSchema } from './answer-schema.ts'

/**
 * One thing we ask of the model: what is sent, what may come back, and how that is read. `Output` is what a good answer
 * gives; `Config` holds the task's own settings.
 */
export interface Task<Input, Output extends object, Config> {
  /** Folder and file, as in driving/plan. */
  readonly name: string
  readonly answerSchema: AnswerSchema
  /** Enough for the longest answer the schema allows. Throws OutriderError TASK_BUDGET when the configured budget is less. */
  readonly maxNewTokens: (config: Config) => number
  /** Complete, with its hash. */
  readonly buildRequest: (input: Input) => ModelRequest
  /** Never throws on a text: what a model wrote is never a bug of ours. */
  readonly parse: (text: string, request: ModelRequest) => Output | { readonly fault: FaultReport }
}
