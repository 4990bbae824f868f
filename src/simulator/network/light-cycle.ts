import type { Light } from '../things.ts'

/** What a signal shows, again and again. */
export interface LightCycle {
  readonly phases: readonly { readonly light: Light; readonly forS: number }[]
  /** Into the cycle when the world begins; s. */
  readonly offsetS: number
}

/** German guidelines for signals (RiLSA) at 50 km/h: amber 3 s, red-amber 1 s; all red until the junction is clear: 2 s. */
const AMBER_S = 3
const RED_AMBER_S = 1
const CLEARING_S = 2

/** At a junction the second half of the cycle is the other direction's. */
export const junctionCycle = (greenS: number, offsetS: number, second: boolean): LightCycle => {
  const halfS = greenS + AMBER_S + CLEARING_S + RED_AMBER_S
  const phases = [
    { light: 'green', forS: greenS },
    { light: 'amber', forS: AMBER_S },
    { light: 'red', forS: 2 * halfS - greenS - AMBER_S - RED_AMBER_S },
    { light: 'red-amber', forS: RED_AMBER_S },
  ] as const
  return { phases, offsetS: offsetS + (second ? halfS : 0) }
}

/** For people on foot, between junctions. */
export const crossingCycle = (greenS: number, redS: number, offsetS: number): LightCycle => ({
  phases: [
    { light: 'green', forS: greenS },
    { light: 'amber', forS: AMBER_S },
    { light: 'red', forS: redS },
    { light: 'red-amber', forS: RED_AMBER_S },
  ],
  offsetS,
})

/** At a time since the world began; s. */
export const lightOfCycle = ({ phases, offsetS }: LightCycle, timeS: number): Light => {
  const cycleS = phases.reduce((sum, { forS }) => sum + forS, 0)
  let leftS = (((timeS + offsetS) % cycleS) + cycleS) % cycleS
  for (const { light, forS } of phases) {
    if (leftS < forS) return light
    leftS -= forS
  }
  return phases.at(-1)!.light
}
