export interface OnnxEngineOptions {
  /** Folder of a compiled bundle. */
  readonly bundle: string
  /** Threads of one operator; answers do not depend on it. */
  readonly threads: number
  /**
   * Of image features kept for questions to come; bytes. Absent: 256 MiB, some 50 views of 644x364 at a hidden size of 4096.
   * Answers do not depend on it.
   */
  readonly featureCacheBytes?: number
  /** Less than what the model was made for, to bound the memory of the caches. */
  readonly contextTokens?: number
}
