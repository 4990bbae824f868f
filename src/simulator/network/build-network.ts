import type { PlanarPoint } from '#geometry'
import { poseOnRoad } from '../road.ts'
import type { Crossing, Lane, RoadMap, StopLine } from '../road-map.ts'
import type { GroundShape, SignalPlan, SignPlan } from '../world.ts'
import { type BuiltRoad, buildRoad, laneId, lanesOf } from './built-road.ts'
import type { CrossingDraft, JunctionDraft, NetworkDraft } from './draft.ts'
import { type Arm, armsOf, connectors, inLaneId, outline } from './junction.ts'
import { CROSSING_BEFORE_END_M, CROSSING_WIDTH_M, STOP_BEFORE_END_M } from './lane-width.ts'
import { crossingCycle, junctionCycle, type LightCycle } from './light-cycle.ts'
import { armSignals, crossingSignals, facingDriver } from './signals.ts'
import {
  armPaint,
  armStation,
  junctionAsphalt,
  junctionBed,
  roadAsphalt,
  roadBed,
  roadOutline,
  roadPaint,
  stopLine,
  zebra,
} from './surface.ts'

/** A network as it lies there. */
export interface Network {
  readonly draft: NetworkDraft
  readonly roads: ReadonlyMap<string, BuiltRoad>
  readonly lanes: ReadonlyMap<string, Lane>
  readonly map: RoadMap
  readonly ground: readonly GroundShape[]
  readonly signals: readonly SignalPlan[]
  readonly signs: readonly SignPlan[]
  /** By signal id. */
  readonly cycles: ReadonlyMap<string, LightCycle>
  /** Ranks of connectors where no light rules: a lower one goes first. */
  readonly ranks: ReadonlyMap<string, number>
}

/** From the middle of a crossing to a stop line at it; m. */
const CROSSING_LINE_M = 3.4
/** Along a road, from its beginning and then again and again; m. */
const FIRST_SIGN_M = 12
const SIGN_EVERY_M = 130

export const buildNetwork = (draft: NetworkDraft): Network => {
  const roads = new Map(draft.roads.map((road) => [road.id, buildRoad(road)]))
  const lanes = new Map([...roads.values()].flatMap(lanesOf).map((lane) => [lane.id, lane]))
  const cycles = new Map<string, LightCycle>()
  const ranks = new Map<string, number>()
  const signals: SignalPlan[] = []
  const signs: SignPlan[] = []
  const crossings: Crossing[] = []
  const stops = new Map<string, StopLine[]>()
  const addStop = (id: string, stop: StopLine) => stops.set(id, [...(stops.get(id) ?? []), stop])
  const beds: GroundShape[] = []
  const asphalt: GroundShape[] = []
  const paint: GroundShape[] = []
  const areas: (readonly PlanarPoint[])[] = []
  const endsAtJunction = new Set<string>()

  for (const road of roads.values()) {
    beds.push(...roadBed(road))
    asphalt.push(...roadAsphalt(road))
    areas.push(roadOutline(road))
    tieOn(road, lanes)
    signs.push(...limitSigns(road))
  }
  for (const junction of draft.junctions) {
    const arms = armsOf(junction, roads)
    for (const { roadId, end } of junction.arms) endsAtJunction.add(`${roadId}/${end}`)
    const across = connectors(junction, arms, lanes)
    for (const lane of across) {
      lanes.set(lane.id, lane)
      const from = [...lanes.values()].find(({ id }) => lane.id.startsWith(`${junction.id}/${id}-`))!
      lanes.set(from.id, { ...from, nextIds: [...from.nextIds, lane.id] })
    }
    beds.push(...junctionBed(arms))
    asphalt.push(...junctionAsphalt(arms))
    areas.push(outline(arms, 0))
    arms.forEach((arm, index) => {
      const rule = ruleOf(junction, index)
      const id = rule === 'light' ? signalOf(junction, index) : `${junction.id}-${index}`
      for (let lane = 0; lane < arm.inLanes; lane += 1) {
        const { path } = lanes.get(inLaneId(arm, lane))!
        addStop(inLaneId(arm, lane), { stationM: path.lengthM - STOP_BEFORE_END_M, rule, id })
      }
      for (const lane of across) {
        if (lane.id.startsWith(`${junction.id}/${arm.road.draft.id}/${arm.inward === 1 ? 'f' : 'b'}`)) {
          ranks.set(lane.id, rankOf(rule, lane.turn!))
        }
      }
      if (rule === 'light') {
        cycles.set(id, junctionCycle(junction.greenS, junction.cycleOffsetS, junction.second.includes(index)))
        signals.push(...armSignals(id, arm, arms))
      } else if (rule !== 'priority') {
        signs.push({ id, kind: rule, pose: facingDriver(arm.road, armStation(arm, STOP_BEFORE_END_M), arm.inward) })
      }
      if (junction.crossings) crossings.push(armCrossing(junction, arm, index, rule === 'light' ? id : undefined))
      paint.push(...armPaint(arm, junction.crossings, rule !== 'priority'))
    })
  }
  for (const crossing of draft.crossings) {
    const road = roads.get(crossing.roadId)!
    if (crossing.painted) paint.push(...zebra(road, crossing.stationM))
    if (crossing.light) {
      const { greenS, redS, offsetS } = crossing.light
      cycles.set(crossing.id, crossingCycle(greenS, redS, offsetS))
      for (const direction of [1, -1] as const) {
        const lineM = crossing.stationM - direction * CROSSING_LINE_M
        signals.push(...crossingSignals(crossing.id, road, crossing.stationM, CROSSING_LINE_M, direction))
        paint.push(...stopLine(road, lineM, direction))
        const count = direction === 1 ? road.draft.forward : road.draft.backward
        for (let lane = 0; lane < count; lane += 1) {
          const stationM = direction === 1 ? lineM : road.middle.lengthM - lineM
          addStop(laneId(road.draft.id, direction, lane), { stationM, rule: 'light', id: crossing.id })
        }
      }
    }
    crossings.push(midCrossing(road, crossing))
  }
  for (const road of roads.values()) {
    const ends = {
      begin: endsAtJunction.has(`${road.draft.id}/begin`),
      end: endsAtJunction.has(`${road.draft.id}/end`),
    }
    const gaps = draft.crossings
      .filter(({ roadId, painted }) => painted && roadId === road.draft.id)
      .map(({ stationM }) => [stationM - CROSSING_LINE_M, stationM + CROSSING_LINE_M] as const)
    paint.push(...roadPaint(road, draft.setting, ends, gaps))
  }
  for (const [id, added] of stops) {
    const sorted = added.toSorted((a, b) => a.stationM - b.stationM)
    lanes.set(id, { ...lanes.get(id)!, stops: sorted })
  }
  const map = { lanes: [...lanes.values()], crossings, drivableAreas: areas }
  return { draft, roads, lanes, map, ground: [...beds, ...asphalt, ...paint], signals, signs, cycles, ranks }
}

/** A road that another ends at goes on lane by lane. */
const tieOn = ({ draft }: BuiltRoad, lanes: Map<string, Lane>): void => {
  if (draft.follows === undefined) return
  const tie = (fromId: string, toId: string) => {
    const from = lanes.get(fromId)
    if (from && lanes.has(toId)) lanes.set(fromId, { ...from, nextIds: [toId] })
  }
  for (let lane = 0; lane < draft.forward; lane += 1) tie(laneId(draft.follows, 1, lane), laneId(draft.id, 1, lane))
  for (let lane = 0; lane < draft.backward; lane += 1) tie(laneId(draft.id, -1, lane), laneId(draft.follows, -1, lane))
}

const limitSigns = (road: BuiltRoad): readonly SignPlan[] => {
  const { draft, middle } = road
  const count = Math.max(Math.floor((middle.lengthM - FIRST_SIGN_M - 20) / SIGN_EVERY_M) + 1, 0)
  return ([1, -1] as const).flatMap((direction) =>
    Array.from({ length: (direction === 1 ? draft.forward : draft.backward) > 0 ? count : 0 }, (_, index): SignPlan => {
      const alongM = FIRST_SIGN_M + index * SIGN_EVERY_M
      return {
        id: `${draft.id}-limit-${direction === 1 ? 'f' : 'b'}${index}`,
        kind: 'speed-limit',
        kmh: draft.limitKmh,
        pose: facingDriver(road, direction === 1 ? alongM : middle.lengthM - alongM, direction),
      }
    }),
  )
}

const signalOf = ({ id, second }: JunctionDraft, arm: number): string => `${id}-${second.includes(arm) ? 'b' : 'a'}`

const ruleOf = ({ rule, major }: JunctionDraft, arm: number): StopLine['rule'] => {
  if (rule === 'lights') return 'light'
  return major.includes(arm) ? 'priority' : rule
}

/** Who comes from a minor arm lets all others go; who turns left lets those go who come against it. */
const rankOf = (rule: StopLine['rule'], turn: 'straight' | 'left' | 'right'): number =>
  (rule === 'stop' || rule === 'give-way' ? 2 : 0) + (turn === 'left' ? 1 : 0)

const kerbs = ({ middle, leftM, rightM }: BuiltRoad, stationM: number) => ({
  from: poseOnRoad(middle, stationM, leftM),
  to: poseOnRoad(middle, stationM, -rightM),
})

const armCrossing = (junction: JunctionDraft, arm: Arm, index: number, signalId: string | undefined): Crossing => ({
  id: `${junction.id}-crossing-${index}`,
  ...kerbs(arm.road, armStation(arm, CROSSING_BEFORE_END_M)),
  widthM: CROSSING_WIDTH_M,
  painted: true,
  ...(signalId === undefined ? {} : { signalId }),
})

const midCrossing = (road: BuiltRoad, { id, stationM, painted, light }: CrossingDraft): Crossing => ({
  id,
  ...kerbs(road, stationM),
  widthM: painted ? CROSSING_WIDTH_M : 1,
  painted,
  ...(light ? { signalId: id } : {}),
})
