// The face of the simulator: small worlds that are the same every time, seen through any rig.

export { ATMOSPHERES, type AtmosphereName } from './atmosphere.ts'
export type { Moment } from './moment.ts'
export { recordSimulation } from './record-simulation.ts'
export { type Scenario, scenarioFamilies, scenarioSchema, worldOf } from './scenarios.ts'
export { createSimulation, type SimulatedMessage, type Simulation, type SimulationOptions } from './simulation.ts'
export { townWorld } from './town/town-world.ts'
export type { World } from './world.ts'
