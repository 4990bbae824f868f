import { Fault_Severity, type FaultReport } from '#messages'

/** Enough of an answer to see what it was; control characters and others beyond ASCII as dots. */
export const snippet = (text: string): string => JSON.stringify(text.slice(0, 80).replaceAll(/[^ -~]/g, '.'))

const answerFault = (severity: Fault_Severity, task: string, code: string, message: string): FaultReport => ({
  source: 'tasks',
  code,
  severity,
  message: `${task}: ${message}`,
  topic: '/model/answer',
})

/** The answer, or a piece of it, is of no use. */
export const answerLost = (task: string, code: string, expected: string, found: string): FaultReport =>
  answerFault(Fault_Severity.WARNING, task, code, `expected ${expected}; found ${found}`)

/** A piece of the answer was mended by a rule. */
export const answerMended = (task: string, code: string, expected: string, found: string): FaultReport =>
  answerFault(Fault_Severity.INFO, task, code, `expected ${expected}; found ${found}`)
