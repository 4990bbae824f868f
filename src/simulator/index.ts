// The face of the simulator: small worlds that are the same every time, seen through any rig.

export { ATMOSPHERES, type AtmosphereName } from './atmosphere.ts'
export type { EgoMotion, Moment } from './moment.ts'
export { recordSimulation } from './record-simulation.ts'
export { placeOnRoad, poseOnRoad } from './road.ts'
export type { Lane, RoadMap } from './road-map.ts'
export { createDice, type Dice } from './rooms/dice.ts'
export { type ErrandGoal, type ErrandScene, errandSceneOf, the } from './rooms/errands/errand-scene.ts'
export { planErrand } from './rooms/errands/plan-errand.ts'
export { isReached, readStep, runAction, runSteps, stepText } from './rooms/errands/run-steps.ts'
export { isHeldOutName, KINDS, makeRoom } from './rooms/make-room.ts'
export { onCameraGround } from './rooms/picture/room-camera.ts'
export { DIRECTIONS, directionFrom, isBetween, isLeftOf, isNearer, isTaller } from './rooms/relations.ts'
export type { Room, Surface } from './rooms/room.ts'
export { isRecognisable, lookAt, type RoomSight, type SeenThing } from './rooms/sight.ts'
export {
  type DriverName,
  driverNames,
  lapses,
  type Scenario,
  scenarioFamilies,
  scenarioSchema,
  worldOf,
} from './scenarios.ts'
export { createSimulation, type SimulatedMessage, type Simulation, type SimulationOptions } from './simulation.ts'
export { type Light, type Look, sizeOf } from './things.ts'
export { STEP_NS, STEP_S } from './time.ts'
export { townWorld } from './town/town-world.ts'
export { expertTruth } from './truth/expert.ts'
export { mapTruth } from './truth/map.ts'
export { unsteered } from './unsteered.ts'
export { type EgoAtStep, verdictAtStep } from './verdict-at-step.ts'
export type { Course, World } from './world.ts'
