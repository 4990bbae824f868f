import type { Vehicle } from '#calibration'
import { composePlanar, type PlanarPose } from '#geometry'
import type { EgoMotion } from './moment.ts'

/** Middle of the vehicle before the rear axle; m. */
export const middleAheadM = ({ lengthM, rearOverhangM }: Vehicle): number => lengthM / 2 - rearOverhangM

/** Its front before the rear axle; m. */
export const frontAheadM = ({ lengthM, rearOverhangM }: Vehicle): number => lengthM - rearOverhangM

/** Pose of its middle, in the frame of its own. */
export const egoMiddle = ({ pose }: EgoMotion, vehicle: Vehicle): PlanarPose =>
  composePlanar(pose, { xM: middleAheadM(vehicle), yM: 0, headingRad: 0 })
