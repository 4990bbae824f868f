import type { Vector3 } from '#geometry'
import type { AgentKind } from './agent-kind.ts'

/** What is known of an agent before it is measured. */
export interface KindPrior {
  /** Length (x), width (y), height (z), means; m. */
  readonly sizeM: Vector3
  /** 1-sigma of the height; m. */
  readonly heightSigmaM: number
  /** 1-sigma of each component of its velocity, zero mean: most stand, the fast are at two sigma; m/s. */
  readonly speedSigmaMps: number
  /**
   * How far its velocity strays from constant: 1-sigma of the change of velocity over 1 s; m/s. Hard braking (6 m/s^2)
   * of a car is at three sigma.
   */
  readonly strayMps: number
}

/**
 * Sizes: means over the boxes of nuScenes v1.0-trainval, as the anchors of CBGS (Zhu et al. 2019, arXiv:1908.09492) and
 * mmdetection3d state them. Height sigmas: 14 % of a car's mean takes in sports cars (1.25 m) and vans (2.2 m) at two
 * sigma, 11 % of a pedestrian's children of ten and tall men; trucks range from pickups to lorries, bicycles from one that
 * leans on a wall (1.1 m) to one that is ridden (1.8 m).
 */
const PRIORS: Readonly<Record<AgentKind, KindPrior>> = {
  car: { sizeM: { x: 4.61, y: 1.95, z: 1.72 }, heightSigmaM: 0.24, speedSigmaMps: 10, strayMps: 2 },
  truck: { sizeM: { x: 6.74, y: 2.46, z: 2.73 }, heightSigmaM: 0.55, speedSigmaMps: 10, strayMps: 1.5 },
  bus: { sizeM: { x: 11.19, y: 2.94, z: 3.47 }, heightSigmaM: 0.4, speedSigmaMps: 8, strayMps: 1.5 },
  trailer: { sizeM: { x: 12.01, y: 2.87, z: 3.82 }, heightSigmaM: 0.6, speedSigmaMps: 10, strayMps: 1.5 },
  motorcycle: { sizeM: { x: 2.1, y: 0.76, z: 1.44 }, heightSigmaM: 0.2, speedSigmaMps: 8, strayMps: 2.5 },
  bicycle: { sizeM: { x: 1.68, y: 0.6, z: 1.27 }, heightSigmaM: 0.3, speedSigmaMps: 4, strayMps: 1.5 },
  pedestrian: { sizeM: { x: 0.73, y: 0.66, z: 1.76 }, heightSigmaM: 0.19, speedSigmaMps: 1.2, strayMps: 0.8 },
  animal: { sizeM: { x: 1, y: 0.4, z: 0.8 }, heightSigmaM: 0.35, speedSigmaMps: 2, strayMps: 2 },
  cone: { sizeM: { x: 0.4, y: 0.4, z: 1.06 }, heightSigmaM: 0.25, speedSigmaMps: 0.1, strayMps: 0.05 },
  barrier: { sizeM: { x: 0.49, y: 2.49, z: 0.98 }, heightSigmaM: 0.2, speedSigmaMps: 0.1, strayMps: 0.05 },
  other: { sizeM: { x: 1.5, y: 1.2, z: 1.3 }, heightSigmaM: 0.6, speedSigmaMps: 3, strayMps: 1.5 },
}

export const priorOf = (kind: AgentKind): KindPrior => PRIORS[kind]
