import { uniforms } from './noise.ts'
import { constantVelocityAdeM } from './plan-truth.ts'
import type { DrivingScene } from './scene.ts'

export interface Selection {
  /** Between two scenes of a drive, at least; s. */
  readonly everyS: number
  /** Of the scenes that a car at constant speed would manage too, this share is kept; the others all are. */
  readonly easyShare: number
}

/** Straight on at the same speed is further off than this where something has to be seen; mean over 3 s, m. */
const HARD_ADE_M = 1.5

/** A stamp may lie a little before a whole period; s. */
const TOLERANCE_S = 0.01

/** By its id alone, whether a scene belongs to a data set; `adeM`: of constant velocity. */
export const isKept = (sceneId: string, adeM: number, easyShare: number): boolean =>
  adeM > HARD_ADE_M || uniforms(`${sceneId}/selection`, 1)[0]! < easyShare

/** The scenes of one drive that are worth training on. By their ids alone: the same ones in any order of drives. */
export async function* selectScenes(
  scenes: AsyncIterable<DrivingScene>,
  { everyS, easyShare }: Selection,
): AsyncGenerator<DrivingScene, void> {
  let lastNs: bigint | undefined
  for await (const scene of scenes) {
    const timeNs = scene.frameSet.referenceTimeNs
    if (lastNs !== undefined && Number(timeNs - lastNs) / 1e9 < everyS - TOLERANCE_S) continue
    lastNs = timeNs
    if (isKept(scene.id, constantVelocityAdeM(scene), easyShare)) yield scene
  }
}
