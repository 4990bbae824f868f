import type { z } from 'zod'
import type { FaultReport } from '#messages'
import { answerLost, snippet } from './answer-fault.ts'

/** A list in an answer. */
export interface ItemList<Item> {
  /** The list's name in the answer. */
  readonly key: string
  /** As many as were asked for; what comes after them is lost. */
  readonly most: number
  readonly item: z.ZodType<Item>
}

/** Reads a list's items each by itself: a bad one is lost, with a fault, and the others stay. */
export const readItems = <Item>(
  task: string,
  found: readonly unknown[],
  { key, most, item }: ItemList<Item>,
): { readonly items: readonly Item[]; readonly faults: readonly FaultReport[] } => {
  const read = found.slice(0, most).map((value) => ({ value, ...item.safeParse(value) }))
  const surplus = found.length - most
  return {
    items: read.flatMap(({ success, data }) => (success ? [data] : [])),
    faults: [
      ...read.flatMap(({ value, error }) => {
        const issue = error?.issues[0]
        const why = `${issue?.path.join('.') || 'the item'}: ${issue?.message} in ${snippet(JSON.stringify(value))}`
        return issue ? [answerLost(task, 'item-unreadable', `one of ${key} as asked for`, why)] : []
      }),
      ...(surplus > 0 ? [answerLost(task, 'answer-surplus', `at most ${most} of ${key}`, `${surplus} more`)] : []),
    ],
  }
}
