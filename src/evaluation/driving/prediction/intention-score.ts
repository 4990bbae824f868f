import { Prediction_Intention as Intention } from '#messages'
import { enumWord } from '../enum-word.ts'

/** What one agent did, and what the answer says; undefined when it says nothing of it. */
export interface IntentionCase {
  readonly truth: Intention
  readonly said: Intention | undefined
}

export interface IntentionScore {
  readonly agents: number
  readonly accuracy: number
  /** Mean of the classes' F1, so that the rare ones count as much as `keep`. */
  readonly macroF1: number
  readonly byIntention: Readonly<
    Record<
      string,
      { readonly agents: number; readonly precision: number; readonly recall: number; readonly f1: number }
    >
  >
}

const wordOf = (intention: Intention): string => enumWord(Intention, intention)

/** An agent that the answer leaves out is one it got wrong. NaN of none. */
export const intentionScore = (cases: readonly IntentionCase[]): IntentionScore => {
  const classes = [...new Set(cases.map(({ truth }) => truth))].toSorted((a, b) => a - b)
  const count = (of: (one: IntentionCase) => boolean): number => cases.filter(of).length
  const byIntention = classes.map((intention) => {
    const right = count(({ truth, said }) => truth === intention && said === intention)
    const agents = count(({ truth }) => truth === intention)
    const claimed = count(({ said }) => said === intention)
    const precision = claimed === 0 ? 0 : right / claimed
    return [
      wordOf(intention),
      { agents, precision, recall: right / agents, f1: (2 * right) / (agents + claimed) },
    ] as const
  })
  return {
    agents: cases.length,
    accuracy: count(({ truth, said }) => truth === said) / cases.length,
    macroF1: byIntention.reduce((sum, [, { f1 }]) => sum + f1, 0) / byIntention.length,
    byIntention: Object.fromEntries(byIntention),
  }
}
