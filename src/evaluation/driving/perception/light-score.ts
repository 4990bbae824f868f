import { Perception_LightState as LightState, type Perception, Perception_Relevance as Relevance } from '#messages'
import { enumWord } from '../enum-word.ts'

/** A scene with a light that rules the ego's way and can be seen. */
export interface LightCase {
  readonly truth: LightState
  /** What the answer says of the light that rules the ego's way; undefined when it names none. */
  readonly said: LightState | undefined
}

export interface LightScore {
  readonly scenes: number
  readonly accuracy: number
  /** By the light's word, as red: how many, and how many of them were said right. */
  readonly byState: Readonly<Record<string, { readonly scenes: number; readonly accuracy: number }>>
  /** Truth -> said -> how often; said `none` where no light was named. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Scenes without such a light whose answer names one that rules the ego. */
  readonly madeUp: number
}

/** The first light that rules the ego's way. */
export const egoLight = ({ trafficLights }: Perception): LightState | undefined =>
  trafficLights.find(({ relevance }) => relevance === Relevance.EGO)?.state

const wordOf = (state: LightState | undefined): string => (state === undefined ? 'none' : enumWord(LightState, state))

/** `without`: what was said where no light rules the ego. */
export const lightScore = (cases: readonly LightCase[], without: readonly (LightState | undefined)[]): LightScore => {
  const share = (some: readonly LightCase[]): number =>
    some.filter(({ truth, said }) => truth === said).length / some.length
  const confusion: Record<string, Record<string, number>> = {}
  for (const { truth, said } of cases) {
    const row = confusion[wordOf(truth)] ?? {}
    row[wordOf(said)] = (row[wordOf(said)] ?? 0) + 1
    confusion[wordOf(truth)] = row
  }
  const states = Object.keys(confusion).toSorted()
  const casesOf = (state: string) => cases.filter(({ truth }) => wordOf(truth) === state)
  return {
    scenes: cases.length,
    accuracy: share(cases),
    byState: Object.fromEntries(
      states.map((state) => [state, { scenes: casesOf(state).length, accuracy: share(casesOf(state)) }]),
    ),
    confusion,
    madeUp: without.filter((said) => said !== undefined).length,
  }
}
