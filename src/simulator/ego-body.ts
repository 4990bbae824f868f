import type { Vehicle } from '#calibration'

/** Middle of the vehicle before the rear axle; m. */
export const middleAheadM = ({ lengthM, rearOverhangM }: Vehicle): number => lengthM / 2 - rearOverhangM

/** Its front before the rear axle; m. */
export const frontAheadM = ({ lengthM, rearOverhangM }: Vehicle): number => lengthM - rearOverhangM
