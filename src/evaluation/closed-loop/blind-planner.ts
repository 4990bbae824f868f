import { readFileSync } from 'node:fs'
import { OutriderError } from '#errors'
import { blindMlp } from '../driving/baselines/blind-mlp.ts'
import type { SceneCase } from '../driving/scene-case.ts'
import type { ClosedLoopPlanner } from './planner.ts'
import { standInPlanner } from './stand-in-planner.ts'

/** The network without eyes at the wheel: the same weights and inputs as in the open loop. Throws OutriderError BLIND_WEIGHTS. */
export const blindPlanner = (path: string): ClosedLoopPlanner => {
  const network = blindMlp(readText(path), path)
  return standInPlanner('blind', ({ frameSet, route }) => {
    const now = frameSet.egoHistory.find(({ timeS }) => timeS === 0)
    const ego = {
      poseInMap: { xM: 0, yM: 0, headingRad: 0 },
      speedMps: now?.speedMps ?? 0,
      accelerationMps2: now?.accelerationMps2 ?? 0,
      yawRateRadps: now?.yawRateRadps ?? 0,
    }
    // It looks at nothing else: what a scene knows beyond that, nobody knows on the road.
    const seen = { ego, scene: { frameSet, route } } as unknown as SceneCase
    return { poses: network.plan(seen), reason: 'Without eyes.' }
  })
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OutriderError({ code: 'BLIND_WEIGHTS', expected: `weights at ${path}`, found: String(cause), cause })
  }
}
