import { describe, expect, it } from 'vitest'
import { NANO_SIZES } from '../../test/nano-car.ts'
import { checkRecord } from './check-record.ts'
import type { TrainingRecord } from './training-record.ts'

const answer = '{"objects":[{"view":"front","bbox_2d":[0,10,336,140],"label":"car"}],"traffic_lights":[]}'
const record: TrainingRecord = {
  id: 'a-1-t0.00s/perception',
  task: 'driving/perception',
  messages: [
    { role: 'user', content: [{ type: 'image' }, { type: 'image' }, { type: 'text', text: 'What is there?' }] },
    { role: 'assistant', content: [{ type: 'text', text: answer }] },
  ],
  images: ['front.jpg', 'back.jpg'],
  views: ['front', 'back'],
  coordinates: 'resized',
  max_pixels: 112896,
  truth: {},
  meta: {
    group: 'a-1-t0.00s',
    family: 'a',
    seed: 1,
    light: 'day',
    weather: 'clear',
    slices: [],
    constant_velocity_ade_m: 0,
  },
}
const answered = (text: string): TrainingRecord => ({
  ...record,
  messages: [record.messages[0]!, { role: 'assistant', content: [{ type: 'text', text }] }],
})
const limits = { imageSizes: NANO_SIZES, maxTokens: 2048 }

describe('a record before a training', () => {
  it('counts its tokens: 12 x 5 of the front view, 3 x 2 of another, and its text without the two placeholders', () => {
    expect(checkRecord(record, { ...limits, textTokens: () => 102 })).toBe(60 + 6 + 100)
    expect(checkRecord(record, limits)).toBeUndefined()
  })

  it.each([
    ['DATASET_PLACEHOLDERS', 'fewer images than image parts', { ...record, images: ['front.jpg'] }],
    ['DATASET_PLACEHOLDERS', 'fewer views than image parts', { ...record, views: ['front'] as const }],
    ['DATASET_BOX_OUTSIDE', 'a box right of the image', answered(answer.replace('336', '337'))],
    ['DATASET_BOX_OUTSIDE', 'a box that fits the front, in a smaller view', answered(answer.replace('front', 'back'))],
    ['DATASET_BOX_OUTSIDE', 'a box without an area', answered(answer.replace('336', '0'))],
    ['DATASET_BOX_OUTSIDE', 'a view that nobody has', answered(answer.replace('front', 'roof'))],
    [
      'DATASET_BOX_OUTSIDE',
      'a box of the truth',
      { ...record, truth: { boxes: [{ bbox_2d: [-1, 0, 5, 5], label: 'car', view: 'front' }] } },
    ],
  ])('is refused with %s: %s', (code, _, bad) => {
    expect(() => checkRecord(bad, limits)).toThrow(expect.objectContaining({ code }))
  })

  it('is refused where it is longer than a training holds', () => {
    const check = () => checkRecord(record, { ...limits, textTokens: () => 2000 })
    expect(check).toThrow(expect.objectContaining({ code: 'DATASET_TOO_LONG', found: '2064, 66 of them of images' }))
  })
})
