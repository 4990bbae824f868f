import { type PlanarPose, transformFromPlanar } from '#geometry'
import type { Agent, Moment } from '../moment.ts'
import type { World } from '../world.ts'
import { carModel } from './car-model.ts'
import { cyclistModel } from './cyclist-model.ts'
import type { Model, Prop } from './model.ts'
import { signModel } from './sign-model.ts'
import { signalModel, walkerModel } from './street-models.ts'

/** A model on the ground at a pose. */
export const standing = (pose: PlanarPose, model: Model, turnRad = 0): Prop => ({
  mapFromModel: transformFromPlanar({ ...pose, headingRad: pose.headingRad + turnRad }),
  model,
})

/** Half a second on, half a second off. */
const blinkIsOn = (timeS: number): boolean => timeS % 1 < 0.5

/** Lifting the foot is less; m/s^2. */
const BRAKING_MPS2 = -0.5
/** Slower is held by the brake, until its driver pulls away; m/s. */
const STANDING_MPS = 0.1

const isBraking = ({ speedMps, accelerationMps2 }: Agent): boolean =>
  accelerationMps2 < BRAKING_MPS2 || (speedMps < STANDING_MPS && accelerationMps2 <= 0)

const modelOfAgent = (agent: Agent, lampsAreOn: boolean, timeS: number): Model => {
  const { look, travelledM, blinks, parked } = agent
  if (look.kind === 'pedestrian') return walkerModel(look.tint, travelledM)
  if (look.kind === 'cyclist') return cyclistModel(look.tint, travelledM)
  return carModel(look.shape, look.tint, {
    lampsAreOn: lampsAreOn && !parked,
    braking: !parked && isBraking(agent),
    blinks: blinkIsOn(timeS) ? blinks : undefined,
  })
}

/** In ground truth, of the signal at this place of the scenery. */
export const signalMark = (index: number): string => `signal-${index}`
export const signMark = (id: string): string => `sign-${id}`
export const agentMark = (id: string): string => `agent-${id}`

const known = new WeakMap<Moment, readonly Prop[]>()

/** Everything that stands up, in no order: made once for all views of a moment. */
export const propsOf = (world: World, moment: Moment): readonly Prop[] => {
  const props = known.get(moment) ?? makeProps(world, moment)
  known.set(moment, props)
  return props
}

const makeProps = ({ scenery, atmosphere }: World, { agents, lights, timeS }: Moment): readonly Prop[] => [
  ...scenery.props,
  ...scenery.signals.map(({ signalId, pose, armM }, index) =>
    standing(pose, signalModel(lights.get(signalId) ?? 'red', armM, signalMark(index))),
  ),
  ...scenery.signs.map((sign) => standing(sign.pose, signModel(sign, signMark(sign.id)))),
  ...agents.map((agent) => ({
    ...standing(agent.pose, modelOfAgent(agent, atmosphere.lampsAreOn, timeS)),
    mark: agentMark(agent.id),
  })),
]
