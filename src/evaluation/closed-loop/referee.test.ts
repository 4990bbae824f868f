import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRig } from '#calibration'
import { composePlanar, type PlanarPose } from '#geometry'
import { type EgoMotion, type Moment, placeOnRoad, poseOnRoad, STEP_S, unsteered, worldOf } from '#simulator'
import { ROOT } from '../../../test/oracles.ts'
import { comfortOf } from './comfort.ts'
import { createReferee, type Referee } from './referee.ts'

const { vehicle } = parseRig(readFileSync(`${ROOT}examples/nano/nano.rig.yaml`, 'utf8'))
const world = worldOf({ family: 'serpentine', seed: 1 })
const begin = world.begin(vehicle).moment
const DURATION_S = 2

const referee = (): Referee =>
  createReferee({
    scenario: { family: 'serpentine', seed: 1 },
    world,
    vehicle,
    planner: 'test',
    latencyMs: 0,
    warmUpS: 0,
    durationS: DURATION_S,
  })

/** Shows the referee one moment a step; gives why it ended the drive, if it did. */
const show = (watched: Referee, moments: readonly Moment[]): string | undefined => {
  for (const [index, moment] of moments.entries()) {
    const timeNs = world.beginNs + BigInt(index) * 50_000_000n
    const end = watched.onStep({ timeNs, moment, steered: true, handedOver: true })
    if (end !== undefined) return end
  }
  return undefined
}

/** The world's own driver at the wheel. */
const own = (seconds: number): readonly Moment[] => unsteered(world.begin(vehicle), seconds).map(({ moment }) => moment)

const alone = (ego: Partial<EgoMotion>): Moment => ({ ...begin, agents: [], ego: { ...begin.ego, ...ego } })
const beside = (xM: number, yM: number, headingRad = 0): PlanarPose =>
  composePlanar(begin.ego.pose, { xM, yM, headingRad })
const withCar = (pose: PlanarPose, carMps: number, egoMps: number): Moment => ({
  ...alone({ speedMps: egoMps }),
  agents: [
    {
      id: 'other',
      look: { kind: 'car', shape: 'hatchback', tint: [0, 0, 0] },
      pose,
      speedMps: carMps,
      accelerationMps2: 0,
      travelledM: 0,
      parked: false,
    },
  ],
})

describe('the referee', () => {
  it("finds nothing against the world's own driver, who gets as far as itself", () => {
    const watched = referee()
    expect(show(watched, own(DURATION_S))).toBeUndefined()
    const score = watched.score('duration reached')
    expect(score).toMatchObject({ clean: true, completed: true, end: 'time', infractions: [], collisions: [] })
    expect(score.progress.share).toBeGreaterThan(0.97)
  })

  it.each([
    { name: 'into the car ahead', pose: beside(5, 0), carMps: 3, egoMps: 8, contact: 'front', atFault: true },
    { name: 'into a standing car', pose: beside(5, 0), carMps: 0, egoMps: 8, contact: 'standing-agent', atFault: true },
    { name: 'when run into from behind', pose: beside(-2.5, 0), carMps: 9, egoMps: 4, contact: 'rear', atFault: false },
    { name: 'while it stands', pose: beside(5, 0), carMps: 3, egoMps: 0, contact: 'standing-ego', atFault: false },
  ])('tells a collision $name, and whose fault it is', ({ pose, carMps, egoMps, contact, atFault }) => {
    const watched = referee()
    const end = show(watched, [withCar(pose, carMps, egoMps), withCar(pose, carMps, egoMps)])
    expect(end).toBe(atFault ? 'collision' : undefined)
    const { collisions, infractions } = watched.score('test')
    expect(collisions).toMatchObject([{ agentId: 'other', agent: 'vehicle', contact, atFault }])
    expect(infractions).toEqual(atFault ? ['collision'] : [])
  })

  it('does not count a drive that stands still, however lawful', () => {
    const watched = referee()
    const still = alone({ speedMps: 0 })
    show(
      watched,
      Array.from({ length: DURATION_S / STEP_S + 1 }, () => still),
    )
    expect(watched.score('duration reached')).toMatchObject({
      infractions: [],
      end: 'time',
      completed: false,
      clean: false,
    })
  })

  it('notes corners off the road, and ends the drive far from the route', () => {
    const watched = referee()
    const away = (yM: number) => alone({ pose: beside(0, yM) })
    expect(show(watched, [away(0), away(-6), away(-6), away(-6), away(-6)])).toBeUndefined()
    expect(watched.infractions()).toEqual(['off-road'])
    expect(show(watched, [away(-16)])).toBe('left-route')
    expect(watched.score('test').infractions).toEqual(['off-road', 'left-route'])
  })

  it('tells driving against the traffic from an evasion', () => {
    const lane = world.map.lanes.find(({ id }) => id === begin.egoPlan.laneId)!
    const { stationM } = placeOnRoad(lane.path, begin.ego.pose)
    const against = (metres: number): readonly Moment[] =>
      Array.from({ length: Math.round(metres / 0.4) }, (_, index) =>
        alone({ pose: poseOnRoad(lane.path, stationM + index * 0.4, lane.widthM), speedMps: 8 }),
      )
    const [evasion, wrong] = [referee(), referee()]
    show(evasion, against(4))
    show(wrong, against(10))
    expect(evasion.infractions()).not.toContain('wrong-way')
    expect(wrong.infractions()).toContain('wrong-way')
  })

  it('notes a red light that is run once, and none that was green', () => {
    const lights = worldOf({ family: 'town', seed: 1 })
    const lane = lights.map.lanes.find(({ id }) => id === 'street-forward')!
    const { stationM, id } = lane.stops[0]!
    const start = lights.begin(vehicle).moment
    const crossing = (light: 'red' | 'green' | 'amber'): readonly Moment[] =>
      Array.from({ length: 12 }, (_, index) => ({
        ...start,
        agents: [],
        lights: new Map([[id, light]]),
        ego: { ...start.ego, pose: poseOnRoad(lane.path, stationM - 6 + index * 0.4, 0), speedMps: 8 },
      }))
    const runs = (['red', 'green', 'amber'] as const).map((light) => {
      const scenario = { family: 'town', seed: 1 }
      const watched = createReferee({
        ...{ scenario, world: lights, vehicle, planner: 'test' },
        ...{ latencyMs: 0, warmUpS: 0, durationS: DURATION_S },
      })
      show(watched, crossing(light))
      return watched.score('test').redLightsRun.length
    })
    expect(runs).toEqual([1, 0, 0])
  })
})

describe('comfort', () => {
  const ride = (accelerationAt: (timeS: number) => number): readonly EgoMotion[] => {
    let speedMps = 10
    return Array.from({ length: 120 }, (_, index) => {
      const accelerationMps2 = accelerationAt(index * STEP_S)
      speedMps += accelerationMps2 * STEP_S
      return { pose: { xM: 0, yM: 0, headingRad: 0 }, speedMps, accelerationMps2, yawRateRadps: 0 }
    })
  }

  it('is kept by gentle braking', () => {
    expect(comfortOf(ride(() => -1)).comfortable).toBe(true)
  })

  it('is lost to hard braking, which is told by its limit', () => {
    const { comfortable, limits } = comfortOf(ride((timeS) => (timeS > 2 && timeS < 4 ? -6 : 0)))
    expect(comfortable).toBe(false)
    expect(limits['decelerationMps2']!.worst).toBeGreaterThan(1.3)
    expect(limits['lateralAccelerationMps2']).toEqual({ worst: 0, exceeded: 0 })
  })
})
