import { z } from 'zod'
import { afterThinking } from './answer-json.ts'

/** Whether a task lets the model think, and for how long. */
export const thinkingConfig = (asMiMoWasAsked: 'on' | 'off') =>
  z
    .strictObject({
      mode: z
        .enum(['on', 'off'])
        .default(asMiMoWasAsked)
        .describe(
          'on: a think block comes first, and the answer after it is free text; off: the answer alone, as the schema has it',
        ),
      tokenBudget: z.int().positive().default(1024).describe('for the think block, beside the answer; tokens'),
    })
    .prefault({})

export type ThinkingConfig = z.infer<ReturnType<typeof thinkingConfig>>

/** The part of its own that MiMo-Embodied was told with, after the text. */
export const thinkingSwitch = ({ mode }: ThinkingConfig): string => (mode === 'on' ? ' /think' : ' /no_think')

/**
 * What of a request depends on thinking. A schema binds from the first character on, so that a thinking model gets none and
 * the parser reads what it writes freely.
 */
export const thinkingLimits = (
  thinking: ThinkingConfig,
  answerSchema: object,
  answerTokens: number,
): { readonly answerSchemaJson: string; readonly maxNewTokens: number } =>
  thinking.mode === 'on'
    ? { answerSchemaJson: '', maxNewTokens: answerTokens + thinking.tokenBudget }
    : { answerSchemaJson: JSON.stringify(answerSchema), maxNewTokens: answerTokens }

/** An answer taken apart. */
export interface Thought {
  /** What stands in think blocks, without their marks; empty when nothing does. */
  readonly trace: string
  /** What stands after the last block; undefined when a block opens and never ends. */
  readonly answer: string | undefined
}

/** Keeps the think blocks apart from the answer; a block whose opening mark was given to the model counts too. */
export const takeApart = (text: string): Thought => {
  const answer = afterThinking(text)
  const thought = answer === undefined ? text : text.slice(0, text.length - answer.length)
  return { trace: thought.replaceAll(/<\/?think>/g, '').trim(), answer }
}
