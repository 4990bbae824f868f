import type { Grid } from './preprocess/patchify.ts'

export interface VisionFeatures {
  readonly grid: Grid
  /** (image tokens, H). */
  readonly features: Float32Array
}

/** Features of the images seen last, by key. */
export interface FeatureCache {
  get(key: string): VisionFeatures | undefined
  set(key: string, value: VisionFeatures): void
}

/** Drops what was used longest ago when all features together exceed `limitBytes`. */
export const featureCache = (limitBytes: number): FeatureCache => {
  const entries = new Map<string, VisionFeatures>()
  let bytes = 0
  const take = (key: string): VisionFeatures | undefined => {
    const value = entries.get(key)
    if (!value) return undefined
    entries.delete(key)
    bytes -= value.features.byteLength
    return value
  }
  const put = (key: string, value: VisionFeatures): void => {
    take(key)
    entries.set(key, value)
    bytes += value.features.byteLength
    for (const oldest of entries.keys()) {
      if (bytes <= limitBytes) return
      take(oldest)
    }
  }
  return {
    get: (key) => {
      const value = take(key)
      if (value) put(key, value)
      return value
    },
    set: put,
  }
}
