import { Perception_LightState as LightState, type Perception, Perception_Relevance as Relevance } from '#messages'
import { above, type Finding } from '../check.ts'
import type { GuardConfig } from './guard-config.ts'
import type { PlanMotion } from './plan-motion.ts'

/** Ahead: the only view that a light can rule the ego's way in. */
const AHEAD = 'front'

/**
 * Whether the plan goes on before a red light that rules the ego's way: neither stopping nor slowing. How far the light is
 * nobody says, so easing off is enough.
 */
export const checkLight = (
  { trafficLights }: Perception,
  { startMps, endMps, durationS }: PlanMotion,
  config: GuardConfig,
): readonly Finding[] => {
  const red = trafficLights.some(({ box, points, state, relevance }) => {
    const view = box?.image?.view ?? points[0]?.image?.view
    return state === LightState.RED && relevance === Relevance.EGO && view === AHEAD
  })
  if (!red) return []
  const most = Math.max(config.stoppedMps, startMps - config.leastEasingMps2 * durationS)
  return above('red-light', endMps, most, 'm/s', 'a red light rules the way; speed at the end')
}
