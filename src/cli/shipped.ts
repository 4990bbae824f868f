import { join } from 'node:path'
import { PACKAGE_ROOT } from './version.ts'

const shipped = (path: string): string => join(PACKAGE_ROOT, path)

/** The trained checkpoint, and the planner without eyes that it is compared with. */
export const SHIPPED_MODEL = shipped('models/outrider-nano')
export const SHIPPED_BLIND = shipped('models/outrider-nano/blind-mlp.json')

/** Fifty drives that nobody was trained on, for who is at the wheel. */
export const SHIPPED_LOOPS = shipped('examples/closed-loop/held-out.json')

/** A drive from a map that it never saw, and the car that it was trained for. */
export const NANO = {
  tape: shipped('examples/nano/nano.mcap'),
  car: shipped('examples/nano/car.yaml'),
  rig: shipped('examples/nano/nano.rig.yaml'),
} as const

/** A drive seen through larger cameras, for a model of random weights. */
export const TOWN = {
  tape: shipped('examples/town/town.mcap'),
  car: shipped('examples/town/car.yaml'),
  rig: shipped('examples/town/town.rig.yaml'),
} as const
