export interface OnnxEngineOptions {
  /** Folder of a compiled bundle. */
  readonly bundle: string
  /** Threads of one operator; answers do not depend on it. */
  readonly threads: number
  /** Less than what the model was made for, to bound the memory of the caches. */
  readonly contextTokens?: number
}
