import { lastBoxed } from '../boxed.ts'
import { takeApart } from '../thinking.ts'

/** A short answer, and what it reads as. */
export interface ShortAnswer {
  /** Without its box, quotes and think block; one that is empty is none. */
  readonly text: string
  /** The option it names, as in A. */
  readonly letter?: string
  /** Whether it says yes; absent when it says neither yes nor no. */
  readonly yes?: boolean
  readonly trace: string
}

/** Names of options, in their order. */
export const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const

const LETTER_FIRST = /^\(?([A-H])(?:[).:]|$)/i
const LETTER_NAMED = /\b(?:answer|option|choice)\b[^A-Za-z]*(?:is\b[^A-Za-z]*)?\(?([A-H])(?![A-Za-z])/i

/** The last box after the thoughts, else all that stands there; undefined when nothing does. */
export const readShortAnswer = (raw: string): ShortAnswer | undefined => {
  const { trace, answer } = takeApart(raw)
  if (answer === undefined) return undefined
  const text = (lastBoxed(answer) ?? answer)
    .trim()
    .replace(/^\\text\{(.*)\}$/s, '$1')
    .replace(/^"(.*)"$/s, '$1')
    .trim()
  if (text === '') return undefined
  const letter = (LETTER_FIRST.exec(text) ?? LETTER_NAMED.exec(text))?.[1]
  const word = /^(yes|no)\b/i.exec(text)?.[1]?.toLowerCase()
  return {
    text,
    trace,
    ...(letter !== undefined && { letter: letter.toUpperCase() }),
    ...(word !== undefined && { yes: word === 'yes' }),
  }
}

/** A question's options, each on a line of its own behind its letter. Throws on more than there are letters. */
export const optionsText = (options: readonly string[]): string => {
  if (options.length > LETTERS.length) throw new Error(`at most ${LETTERS.length} options, not ${options.length}`)
  return options.map((option, index) => `${LETTERS[index]}. ${option}`).join('\n')
}
