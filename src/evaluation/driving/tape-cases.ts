import type { Rig } from '#calibration'
import { type DrivingScene, readScenes } from '#dataset'
import type { FusionConfig } from '#fusion'
import { readTape } from '#log'
import { type SceneCase, sceneCases, truthOfScenes } from './scene-case.ts'

/** A stamp may lie a little before a whole period; s. */
const TOLERANCE_S = 0.01

/** The scenes of a tape, at least `everyS` apart. What its other scenes say of lights is known to all. Throws what readScenes throws. */
export const tapeCases = async (
  tape: string,
  rig: Rig,
  fusion: FusionConfig,
  everyS: number,
): Promise<readonly SceneCase[]> => {
  const scenes: DrivingScene[] = []
  for await (const scene of readScenes(readTape(tape), { tape, rig, fusion })) scenes.push(scene)
  let lastNs: bigint | undefined
  const chosen = scenes.filter(({ frameSet: { referenceTimeNs } }) => {
    if (lastNs !== undefined && Number(referenceTimeNs - lastNs) / 1e9 < everyS - TOLERANCE_S) return false
    lastNs = referenceTimeNs
    return true
  })
  return sceneCases(chosen, truthOfScenes(scenes, tape))
}
