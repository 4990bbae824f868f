import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { quaternionFromYaw } from '#geometry'
import { Plan_PathAction, Plan_SpeedAction, PlanSchema } from '#messages'
import { boxResults } from './box-results.ts'
import { attributeOf, type DetectionName, detectionNameOf } from './detection-name.ts'
import type { FoundAgent } from './found-agent.ts'
import { planResults } from './plan-results.ts'
import { samplesAt } from './samples.ts'

const NS = 1_700_000_000_000_000_000n
const MS = 1_000_000n

const agent = (change: Partial<FoundAgent> = {}): FoundAgent => ({
  id: 'a',
  label: 'car',
  centreInMap: { x: 10, y: 5, z: 0.75 },
  sizeM: { x: 4.2, y: 1.8, z: 1.5 },
  mapFromBox: quaternionFromYaw(Math.PI / 2),
  velocityInMapMps: { x: 2, y: -4 },
  score: 0.8,
  ...change,
})
const sample = (token: string, laterMs: bigint) => ({ token, timeNs: NS + laterMs * MS })

describe('names of the detection task', () => {
  it.each<[string, DetectionName | undefined]>([
    ['vehicle.car', 'car'],
    ['vehicle.construction', 'construction_vehicle'],
    ['vehicle.bus.rigid', 'bus'],
    ['movable_object.trafficcone', 'traffic_cone'],
    ['human.pedestrian.construction_worker', 'pedestrian'],
    // The devkit has no class for these, whatever the words sound like.
    ['vehicle.emergency.police', undefined],
    ['human.pedestrian.stroller', undefined],
    ['movable_object.debris', undefined],
    ['animal', undefined],
    ['static_object.bicycle_rack', undefined],
    ['white van', 'car'],
    ['excavator', 'construction_vehicle'],
    ['construction worker', 'pedestrian'],
    ['Construction cone', 'traffic_cone'],
    ['semi truck', 'truck'],
    ['a dog', undefined],
    ['something', undefined],
  ])('%s is %s', (label, name) => expect(detectionNameOf(label)).toBe(name))

  it.each<[DetectionName, number | undefined, string]>([
    ['car', 3, 'vehicle.moving'],
    ['truck', 0.1, 'vehicle.parked'],
    ['bicycle', 3, 'cycle.with_rider'],
    ['pedestrian', 0, 'pedestrian.standing'],
    ['traffic_cone', 3, ''],
    ['car', undefined, ''],
  ])('%s at %s m/s has the attribute "%s"', (name, speedMps, attribute) =>
    expect(attributeOf(name, speedMps)).toBe(attribute),
  )
})

describe('results of a sample', () => {
  it('are its nearest frame, moved on to its instant, in nuScenes’ order of sizes and quaternions', () => {
    const frames = [
      { timeNs: NS, agents: [agent()] },
      { timeNs: NS + 400n * MS, agents: [agent({ id: 'b', centreInMap: { x: 100, y: 0, z: 1 } })] },
    ]
    const { detection, tracking } = boxResults('tracks', frames, [sample('one', 150n), sample('late', 900n)])
    const half = Math.SQRT1_2
    expect(detection.results).toEqual({
      one: [
        {
          sample_token: 'one',
          translation: [expect.closeTo(10.3, 9), expect.closeTo(4.4, 9), 0.75],
          size: [1.8, 4.2, 1.5],
          rotation: [expect.closeTo(half, 9), 0, 0, expect.closeTo(half, 9)],
          velocity: [2, -4],
          detection_name: 'car',
          detection_score: 0.8,
          attribute_name: 'vehicle.moving',
        },
      ],
      // A quarter of a second from no frame: it has its entry all the same, as the devkit wants it.
      late: [],
    })
    expect(tracking.results['one']).toMatchObject([{ tracking_id: 'a', tracking_name: 'car', tracking_score: 0.8 }])
    expect(detection.meta).toMatchObject({ use_camera: true, use_lidar: false, source: 'tracks' })
  })

  it('are tracks only of what was followed and has a class in the tracking task', () => {
    const frames = [{ timeNs: NS, agents: [agent({ label: 'cone' }), (({ id: _, ...rest }) => rest)(agent())] }]
    const { detection, tracking } = boxResults('perception', frames, [sample('one', 0n)])
    expect(detection.results['one']).toHaveLength(2)
    expect(tracking.results['one']).toEqual([])
  })

  it('count what has no class, and are at most the 500 surest', () => {
    const many = Array.from({ length: 600 }, (_, index) => agent({ score: index / 600 }))
    const { detection, unclassed } = boxResults(
      'tracks',
      [{ timeNs: NS, agents: [...many, agent({ label: 'a dog' }), agent({ label: 'a dog' })] }],
      [sample('one', 0n)],
    )
    const scores = detection.results['one']!.map(({ detection_score }) => detection_score)
    expect(scores).toHaveLength(500)
    expect(Math.min(...scores)).toBeCloseTo(100 / 600, 9)
    expect(unclassed).toEqual({ 'a dog': 2 })
  })

  it('have the microsecond for a token where there is no data set, each once', () => {
    expect(samplesAt([NS + 2000n, NS, NS])).toEqual([
      { token: '1700000000000000', timeNs: NS },
      { token: '1700000000000002', timeNs: NS + 2000n },
    ])
  })
})

describe('results of plans', () => {
  const plan = (laterMs: bigint, change: object = {}) =>
    create(PlanSchema, {
      referenceTimeNs: NS + laterMs * MS,
      speedAction: Plan_SpeedAction.KEEP,
      pathAction: Plan_PathAction.CHANGE_LANE_LEFT,
      reason: 'Why not.',
      steps: [1, 2, 3, 4].map((timeS) => ({
        timeS,
        poseInEgo: { xM: 10 * timeS, yM: timeS, headingRad: 0.1 * timeS },
      })),
      ...change,
    })
  const mapFromEgo = { translation: { x: 100, y: 200, z: 0 }, rotation: quaternionFromYaw(Math.PI / 2) }

  it('are six waypoints at 2 Hz: in the benchmarks’ axes, in the ego’s, and in the map', () => {
    const { results, meta } = planResults([plan(0n)], [sample('one', 20n)], [{ timeNs: NS, mapFromEgo }])
    expect(meta).toMatchObject({ format: 'outrider.plans/1', interval_s: 0.5, steps: 6 })
    const { planning, trajectory, trajectory_global: inMap, ...rest } = results['one']!
    expect(rest).toEqual({
      timestamp_us: 1_700_000_000_000_000,
      speed_action: 'keep',
      path_action: 'change_lane_left',
      reason: 'Why not.',
    })
    expect([planning.length, trajectory.length, inMap!.length]).toEqual([6, 6, 6])
    expect(trajectory[0]).toEqual([expect.closeTo(5, 9), expect.closeTo(0.5, 9), expect.closeTo(0.05, 9)])
    expect(trajectory[5]).toEqual([30, 3, expect.closeTo(0.3, 9)])
    // x right, y forward.
    expect(planning[5]).toEqual([-3, 30])
    // The ego looks along y of the map.
    expect(inMap![5]).toEqual([expect.closeTo(97, 9), expect.closeTo(230, 9), expect.closeTo(Math.PI / 2 + 0.3, 9)])
  })

  it('leave out plans that end before 3 s, take the later of two for one instant, and say null for a map that is not known', () => {
    const short = plan(1000n, { steps: [{ timeS: 1, poseInEgo: { xM: 1 } }] })
    const plans = [plan(0n, { reason: '' }), plan(0n, { reason: 'Whole.' }), short]
    const { results } = planResults(plans, [sample('one', 0n), sample('two', 1000n)], [])
    expect(Object.keys(results)).toEqual(['one'])
    expect(results['one']).toMatchObject({ reason: 'Whole.', trajectory_global: null })
  })
})
