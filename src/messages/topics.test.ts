import { describe, expect, it } from 'vitest'
import { findTopic, TOPICS } from './topics.ts'
import { VIEWS } from './views.ts'

describe('the topic table', () => {
  it('names each topic once', () => {
    const names = TOPICS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('lets drivers send events only', () => {
    expect(TOPICS.filter(({ sensor, producer }) => sensor && producer !== 'outside')).toEqual([])
  })

  it('has an encoded and a raw topic for each view, and its calibration', () => {
    for (const view of VIEWS) {
      expect(findTopic(`/sensors/camera/${view}`)?.schema.typeName).toBe('foxglove.CompressedImage')
      expect(findTopic(`/sensors/camera/${view}/raw`)?.schema.typeName).toBe('foxglove.RawImage')
      expect(findTopic(`/calibration/${view}`)?.producer).toBe('step')
    }
  })

  it('knows no other topic', () => {
    expect(findTopic('/sensors/camera/roof')).toBeUndefined()
  })
})
