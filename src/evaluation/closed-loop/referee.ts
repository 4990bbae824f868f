import { create } from '@bufbuild/protobuf'
import type { Vehicle } from '#calibration'
import { GroundTruthMapSchema } from '#messages'
import type { Output } from '#pipeline'
import { type EgoMotion, mapTruth, type Scenario, STEP_S, type World } from '#simulator'
import { egoArea } from '../driving/navsim/ego-area.ts'
import { bodyAt } from '../driving/navsim/plan-states.ts'
import { roadOf } from '../driving/navsim/road.ts'
import { collisionsAt } from './collisions.ts'
import { comfortOf } from './comfort.ts'
import { watchPipeline } from './interventions.ts'
import type { LoopStep } from './planner.ts'
import { alongWay, routeWay } from './route-way.ts'
import type { ClosedLoopScore, Collision, Infraction } from './score.ts'
import { watchLines } from './stop-lines.ts'

export interface RefereeOptions {
  readonly scenario: Scenario
  readonly world: World
  readonly vehicle: Vehicle
  readonly planner: string
  readonly latencyMs: number
  readonly warmUpS: number
  readonly durationS: number
}

export interface Referee {
  /** Why the drive is over, if it is. */
  onStep(step: LoopStep): string | undefined
  onOutput(output: Output): void
  /** `reason`: why it ended, as `runClosedLoop` returns it. */
  score(reason: string): ClosedLoopScore
  /** So far. */
  infractions(): readonly Infraction[]
}

/** Beside the way of the world's own driver by this much the ego is on another: four lanes; m. */
const LEFT_ROUTE_M = 14
/** Against the traffic within a second: from here on no evasion (NAVSIM); m. */
const WRONG_WAY_M = 6
/** A driver who stood all the time leaves nothing to compare with (NAVSIM counts above 5 m); m. */
const LEAST_PROGRESS_M = 5
/** A car that stops for good breaks no rule: who does not get half as far as the world's own driver has not done the drive. */
const COMPLETES_SHARE = 0.5
/** A corner that is off the road for one step is the polygon's doing, not the car's; s. */
const OFF_ROAD_S = 0.1

/** Watches a drive from the hand-over on and scores it. */
export const createReferee = (options: RefereeOptions): Referee => {
  const { world, vehicle, durationS } = options
  const road = roadOf(create(GroundTruthMapSchema, mapTruth(world.map, world.beginNs)))
  const way = routeWay(world, vehicle, road, options)
  const along = alongWay(way)
  const lines = watchLines(world.map, vehicle)
  const pipeline = watchPipeline()
  const ride: EgoMotion[] = []
  const collisions: Collision[] = []
  const touched = new Set<string>()
  const againstM: number[] = []
  let offRoadSteps = 0
  let drivenM = 0
  let handedOver = false
  let end: string | undefined

  const wrongWay = () => {
    const second = Math.round(1 / STEP_S)
    const sums = againstM.map((_, index) =>
      againstM.slice(Math.max(index - second + 1, 0), index + 1).reduce((sum, metres) => sum + metres, 0),
    )
    return { drivenM: againstM.reduce((sum, metres) => sum + metres, 0), mostWithinSecondM: Math.max(0, ...sums) }
  }

  const infractionsSoFar = (): readonly Infraction[] => [
    ...(collisions.some(({ atFault }) => atFault) ? (['collision'] as const) : []),
    ...(lines.redLightsRun.length > 0 ? (['red-light'] as const) : []),
    ...(offRoadSteps * STEP_S > OFF_ROAD_S ? (['off-road'] as const) : []),
    ...(wrongWay().mostWithinSecondM >= WRONG_WAY_M ? (['wrong-way'] as const) : []),
    ...(end === 'left-route' ? (['left-route'] as const) : []),
  ]

  return {
    onOutput(output) {
      if (handedOver) pipeline.onOutput(output)
    },
    onStep({ moment, handedOver: atTheWheel }) {
      handedOver = atTheWheel
      if (!handedOver) return undefined
      const timeS = ride.length * STEP_S
      const { ego } = moment
      ride.push(ego)
      const body = bodyAt(ego.pose, vehicle)
      const area = egoArea(body, road)
      for (const collision of collisionsAt(moment, body, area, touched, timeS)) {
        touched.add(collision.agentId)
        collisions.push(collision)
      }
      lines.look(moment, timeS)
      if (area.offDrivable) offRoadSteps += 1
      againstM.push(area.oncoming && !area.inJunction ? Math.abs(ego.speedMps) * STEP_S : 0)
      const looked = along.look(ego.pose)
      drivenM = looked.drivenM
      if (collisions.some(({ atFault }) => atFault)) end = 'collision'
      else if (looked.asideM > LEFT_ROUTE_M) end = 'left-route'
      else if (way.endM !== undefined && drivenM >= way.endM) end = 'arrived'
      return end
    },
    score(reason) {
      const { scenario, planner, latencyMs } = options
      const drivenS = Math.max(ride.length - 1, 0) * STEP_S
      const share = way.expertM < LEAST_PROGRESS_M ? 1 : Math.min(drivenM / way.expertM, 1)
      const lasted = end === 'arrived' || (end === undefined && drivenS >= durationS - STEP_S)
      const completed = lasted && share >= COMPLETES_SHARE
      const offRoadS = offRoadSteps * STEP_S
      const against = wrongWay()
      const infractions = infractionsSoFar()
      return {
        scenario,
        planner,
        latencyMs,
        drivenS,
        end: end ?? (lasted ? 'time' : reason),
        completed,
        infractions,
        clean: completed && infractions.length === 0,
        collisions,
        redLightsRun: lines.redLightsRun,
        stopSignsRun: lines.stopSignsRun,
        offRoadS,
        wrongWay: against,
        progress: {
          drivenM,
          expertM: way.expertM,
          share,
        },
        comfort: comfortOf(ride),
        interventions: pipeline.interventions(),
        answers: pipeline.answers(),
      }
    },
    infractions: infractionsSoFar,
  }
}
