import type { ZodError } from 'zod'

/** What a schema refused, in one line: where, and why. */
export const explainIssues = (error: ZodError, where: string): string =>
  error.issues.map((issue) => `${issue.path.join('.') || where}: ${issue.message}`).join('; ')
