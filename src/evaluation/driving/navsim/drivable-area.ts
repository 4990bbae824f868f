import type { Driven } from './situation.ts'

/** DAC: 1 while all four corners stay on what may be driven on, else 0. */
export const drivableArea = ({ areas }: Driven): 0 | 1 => (areas.some(({ offDrivable }) => offDrivable) ? 0 : 1)
