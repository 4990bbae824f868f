import { expect, test } from 'vitest'
import { exposureTimeNs } from './exposure.ts'
import { parseRig } from './parse-rig.ts'

const camera = (timeOffsetMs: number, readoutMs: number) =>
  parseRig(
    JSON.stringify({
      cameras: [
        {
          view: 'front',
          width: 1600,
          height: 900,
          model: { kind: 'fisheye-kb4', fx: 500, fy: 500, cx: 800, cy: 450 },
          egoFromCamera: { translation: { x: 1, y: 0, z: 1.5 }, rotation: { x: -0.5, y: 0.5, z: -0.5, w: 0.5 } },
          timeOffsetMs,
          readoutMs,
        },
      ],
    }),
  ).cameras[0]!

test.each([
  ['a global shutter without offset at its stamp', 0, 0, 450, 0n],
  ['the top row at the stamp and its offset', -3.5, 30, 0, -3_500_000n],
  ['the middle row after half the read-out', 2, 30, 450, 17_000_000n],
  ['the last row after all of it', 2, 30, 900, 32_000_000n],
  ['a row below the image as the last one', 2, 30, 2000, 32_000_000n],
])('%s is exposed', (_what, timeOffsetMs, readoutMs, row, afterNs) => {
  const stampNs = 1_700_000_000_123_456_789n
  expect(exposureTimeNs(camera(timeOffsetMs, readoutMs), stampNs, row)).toBe(stampNs + afterNs)
})

test('a read-out that lasts longer than a slow camera takes is refused', () => {
  expect(() => camera(0, 500)).toThrow(/RIG_INVALID.*cameras\[0\].readoutMs/)
  expect(() => camera(0, -1)).toThrow(/readoutMs/)
})
