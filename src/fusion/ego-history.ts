import { create } from '@bufbuild/protobuf'
import { relativePlanar } from '#geometry'
import { type FrameSet_EgoSample, FrameSet_EgoSampleSchema } from '#messages'
import type { FusionConfig } from './config.ts'
import { egoOnTrack } from './ego-at.ts'
import type { EgoTrack } from './ego-track.ts'

/**
 * Evenly spaced samples up to the instant itself, oldest first, in the ego frame at that instant. Times before the first
 * state are left out; poses are absent when the instant itself has none.
 */
export const egoHistoryOf = (track: EgoTrack, referenceTimeNs: bigint, config: FusionConfig): FrameSet_EgoSample[] => {
  const reference = egoOnTrack(track, referenceTimeNs, config)?.pose
  const stepS = config.historyS / (config.historySamples - 1)
  return Array.from({ length: config.historySamples }, (_, index) => {
    // `|| 0`: the instant itself is 0, not -0.
    const timeS = (index - config.historySamples + 1) * stepS || 0
    const ego = egoOnTrack(track, referenceTimeNs + BigInt(Math.round(timeS * 1e9)), config)
    if (!ego) return undefined
    const pose = reference && ego.pose && relativePlanar(reference, ego.pose)
    return create(FrameSet_EgoSampleSchema, {
      timeS,
      ...(pose && { xM: pose.xM, yM: pose.yM, headingRad: pose.headingRad }),
      ...(ego.speedMps !== undefined && { speedMps: ego.speedMps }),
      ...(ego.accelerationMps2 !== undefined && { accelerationMps2: ego.accelerationMps2 }),
      ...(ego.yawRateRadps !== undefined && { yawRateRadps: ego.yawRateRadps }),
    })
  }).filter((sample) => sample !== undefined)
}
