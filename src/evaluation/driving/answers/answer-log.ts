import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

/** What the model said to one question about one scene. */
const answerSchema = z.object({
  /** Scene, question, variant and the hash of all that it was asked: the same key, the same question. */
  key: z.string(),
  text: z.string(),
  finish: z.enum(['stop', 'length', 'cut']),
  tokens: z.int(),
  promptTokens: z.int(),
  /** From the question to its last token; ms. */
  wallMs: z.number(),
})

export type LoggedAnswer = z.infer<typeof answerSchema>

/** Answers by their key, kept in a file so that an evaluation that was stopped goes on. */
export interface AnswerLog {
  get(key: string): LoggedAnswer | undefined
  put(answer: LoggedAnswer): void
}

/** One JSON object a line; a last line that was cut is asked again. Without a path nothing is kept. */
export const openAnswerLog = (path: string | undefined): AnswerLog => {
  const answers = new Map<string, LoggedAnswer>()
  let needsNewline = false
  if (path !== undefined && existsSync(path)) {
    const text = readFileSync(path, 'utf8')
    needsNewline = text !== '' && !text.endsWith('\n')
    for (const line of text.split('\n')) {
      const answer = read(line)
      if (answer) answers.set(answer.key, answer)
    }
  }
  return {
    get: (key) => answers.get(key),
    put(answer) {
      answers.set(answer.key, answer)
      if (path === undefined) return
      appendFileSync(path, `${needsNewline ? '\n' : ''}${JSON.stringify(answer)}\n`)
      needsNewline = false
    },
  }
}

const read = (line: string): LoggedAnswer | undefined => {
  if (line.trim() === '') return undefined
  try {
    return answerSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
