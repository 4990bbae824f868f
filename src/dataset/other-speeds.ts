import type { DrivingScene } from './scene.ts'
import { withSteadyHistory } from './steady-history.ts'

/** The same scene as somebody would see it who had come along its way at each of the other speeds that its truth tells of. */
export const scenesAtOtherSpeeds = (scene: DrivingScene): readonly DrivingScene[] =>
  scene.truth.atOtherSpeeds.flatMap(({ speedMps, expert }): readonly DrivingScene[] => {
    const frameSet = withSteadyHistory(scene.frameSet, speedMps)
    // Without poses its past could not be told.
    return frameSet === scene.frameSet || !expert ? [] : [{ ...scene, frameSet, truth: { ...scene.truth, expert } }]
  })
