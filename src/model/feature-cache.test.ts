import { expect, test } from 'vitest'
import { featureCache, type VisionFeatures } from './feature-cache.ts'

const features = (floats: number): VisionFeatures => ({
  grid: { t: 1, h: 2, w: 2 },
  features: new Float32Array(floats),
})

test('what was used longest ago is dropped when all together are too large', () => {
  const cache = featureCache(40)
  cache.set('a', features(4))
  cache.set('b', features(4))
  cache.get('a')
  cache.set('c', features(4))
  expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true])
})

test('setting a key again counts its bytes once', () => {
  const cache = featureCache(40)
  for (let i = 0; i < 5; i++) cache.set('a', features(4))
  cache.set('b', features(6))
  expect(cache.get('a')).toBeDefined()
})

test('features larger than the whole cache are not kept', () => {
  const cache = featureCache(40)
  cache.set('a', features(100))
  expect(cache.get('a')).toBeUndefined()
})
