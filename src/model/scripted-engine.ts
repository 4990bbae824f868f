import type { Engine } from './engine.ts'
import { type Answer, NOTHING_ANSWERED, type Question } from './question.ts'

/** Answers from a list, in turn, or from a function; the whole text is one part. For tests and demonstrations. */
export const scriptedEngine = (script: readonly string[] | ((question: Question) => string)): Engine => {
  let asked = 0
  const next = (question: Question): string => {
    if (typeof script === 'function') return script(question)
    const text = script[asked++]
    if (text === undefined) throw new Error(`the script has ${script.length} answers, this is question ${asked}`)
    return text
  }
  return {
    info: { engine: 'scripted', bundleSha256: '' },
    answer: async (question, onPart, signal): Promise<Answer> => {
      if (signal?.aborted) return NOTHING_ANSWERED
      const text = next(question)
      onPart({ text, tokenIds: [] })
      return { ...NOTHING_ANSWERED, text, finish: 'stop' }
    },
    close: async () => undefined,
  }
}
