// The face of the simulator: a small world that is the same every time, seen through any rig.

export type { Moment } from './moment.ts'
export { recordSimulation } from './record-simulation.ts'
export { createSimulation, type SimulatedMessage, type Simulation, type SimulationOptions } from './simulation.ts'
export { townWorld } from './town/town-world.ts'
export type { World } from './world.ts'
