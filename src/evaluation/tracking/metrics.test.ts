import { expect, test } from 'vitest'
import type { TrackState } from '#scene'
import { consistencyOf } from './consistency.ts'
import { distributionOf } from './distribution.ts'
import { duplicates } from './duplicates.ts'
import { headingError } from './heading-error.ts'
import { identity } from './identity.ts'
import { misses } from './misses.ts'
import { positionError } from './position-error.ts'
import type { SeenTrack, TrackedFrame, TrueAgent } from './tracked-frame.ts'
import { velocityError } from './velocity-error.ts'

const agent = (id: string, change: Partial<TrueAgent> = {}): TrueAgent => ({
  id,
  category: 'Car',
  positionInMap: { xM: 0, yM: 0 },
  headingInMapRad: 0,
  velocityInMap: { xM: 10, yM: 0 },
  distanceM: 25,
  detections: 1,
  ...change,
})
/** Variances: 4 m^2 of the position, 1 m^2/s^2 of the velocity. */
const track = (number: number, mean: readonly [number, number, number, number], sightings = 2): TrackState => ({
  number,
  label: 'Car',
  kind: 'car',
  belief: {
    mean: [...mean, 0, 0, 0, 0],
    covariance: Array.from({ length: 64 }, (_, index) => (index % 9 === 0 ? (index < 18 ? 4 : 1) : 0)),
  },
  timeNs: 0n,
  firstSeenNs: 0n,
  lastSeenNs: 0n,
  sightings,
  misses: 0,
  views: [],
  sizeM: { x: 4, y: 2, z: 1.5 },
})
const seen = (number: number, ...agentIds: string[]): SeenTrack => ({ track: track(number, [0, 0, 10, 0]), agentIds })
const frame = (agents: readonly TrueAgent[], tracks: readonly SeenTrack[]): TrackedFrame => ({
  timeNs: 0n,
  agents,
  seen: tracks,
  coasting: 0,
})

test('a position 3 m off is 3 m off, 12 % of 25 m, in the band from 20 to 30 m, and inside 95 % of a sigma of 2 m', () => {
  const found = { track: track(1, [3, 0, 0, 0]), agentIds: ['a'] }
  const { all, byDistance, consistency } = positionError([frame([agent('a')], [found])])
  expect(all).toEqual({ count: 1, mean: 3, median: 3, p95: 3, max: 3 })
  expect(byDistance.filter(({ errorM }) => errorM.count > 0)).toMatchObject([
    { fromM: 20, toM: 30, medianShareOfDistance: 0.12 },
  ])
  expect(consistency).toMatchObject({ count: 1, inside95: 1, meanSquaredSigmas: 9 / 4 / 2 })
})

test('a velocity counts from the second sight on, relative above 2 m/s, and by its own covariance', () => {
  const of = (vx: number, change: Partial<TrueAgent> = {}, sightings = 2) =>
    velocityError([frame([agent('a', change)], [{ track: track(1, [0, 0, vx, 0], sightings), agentIds: ['a'] }])])
  expect(of(11.4).relativeAbove2Mps).toMatchObject({ count: 1, within15Percent: 1 })
  expect(of(8.4).relativeAbove2Mps).toMatchObject({ count: 1, within15Percent: 0 })
  expect(of(1, { velocityInMap: { xM: 1.5, yM: 0 } }).relativeAbove2Mps).toEqual({ count: 0 })
  expect(of(12.4).consistency.inside95).toBe(1)
  expect(of(12.5).consistency.inside95).toBe(0)
  expect(of(10, {}, 1).errorMps).toEqual({ count: 0 })
  expect(of(10, { velocityInMap: undefined }).errorMps).toEqual({ count: 0 })
})

test('a heading that a track does not know is counted, not scored', () => {
  const slow = { track: track(1, [0, 0, 0.1, 0]), agentIds: ['a'] }
  const fast = { track: track(2, [0, 0, 0, 10]), agentIds: ['b'] }
  const { errorRad, unknown } = headingError([frame([agent('a'), agent('b')], [slow, fast])])
  expect(unknown).toBe(1)
  expect(errorRad.max).toBeCloseTo(Math.PI / 2, 9)
})

test('an agent followed by another track than before is a switch, a track that follows another agent a transfer', () => {
  const agents = [agent('a'), agent('b')]
  const straight = frame(agents, [seen(1, 'a'), seen(2, 'b')])
  const crossed = frame(agents, [seen(2, 'a'), seen(1, 'b')])
  expect(identity([straight, straight])).toEqual({ agents: 2, switches: 0, transfers: 0 })
  expect(identity([straight, crossed])).toEqual({ agents: 2, switches: 2, transfers: 2 })
  expect(identity([straight, frame(agents, [seen(3, 'a'), seen(2, 'b')])])).toMatchObject({ switches: 1, transfers: 0 })
})

test('an agent with two tracks is a duplicate, a track with two agents is mixed, and mixed ones are not scored', () => {
  const both = agent('a', { detections: 2 })
  expect(duplicates([frame([both], [seen(1, 'a'), seen(2, 'a')])])).toEqual({
    inSeveralCameras: 1,
    duplicates: 1,
    mixed: 0,
  })
  const mixed = frame([both, agent('b')], [seen(1, 'a', 'b')])
  expect(duplicates([mixed])).toEqual({ inSeveralCameras: 1, duplicates: 0, mixed: 1 })
  expect(positionError([mixed]).all).toEqual({ count: 0 })
})

test('what was detected and is not followed is missed; what was not detected is not', () => {
  const frames = [frame([agent('a'), agent('b'), agent('c', { detections: 0 })], [seen(1, 'a')])]
  expect(misses(frames)).toEqual({ detected: 2, missed: 1, undetected: 1 })
})

test.each([
  [1, 0, 1],
  [13, 11, 13],
  [26, 22, 26],
  [100, 90, 99],
])('of %i right covariances %i to %i errors lie inside', (count, least, most) => {
  // Quantiles of the binomial distribution at 2.5 and 97.5 %, summed by math.comb in Python.
  const [found, upper] = consistencyOf(Array.from({ length: count }, () => 0)).expectedInside!
  expect([found, upper]).toEqual([least, most])
})

test('of nothing there is only the count', () => {
  expect(distributionOf([])).toEqual({ count: 0 })
  expect(consistencyOf([])).toEqual({ count: 0, inside95: 0 })
})
