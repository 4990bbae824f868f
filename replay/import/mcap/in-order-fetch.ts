import type { ForeignEntry } from './foreign-tape.ts'

/**
 * Messages of a stream by their topic and their number in it. Those that come before their turn are held: that is few as
 * long as they are asked for in nearly the stream's order. Each may be asked for once.
 */
export const createInOrderFetch = (
  entries: AsyncGenerator<ForeignEntry, void>,
): ((topic: string, index: number) => Promise<ForeignEntry>) => {
  const held = new Map<string, ForeignEntry>()
  const counts = new Map<string, number>()
  return async (topic, index) => {
    const wanted = `${index} ${topic}`
    while (!held.has(wanted)) {
      const next = await entries.next()
      if (next.done) throw new Error(`${topic} had a message ${index} when it was read first`)
      const count = counts.get(next.value.topic) ?? 0
      counts.set(next.value.topic, count + 1)
      held.set(`${count} ${next.value.topic}`, next.value)
    }
    const entry = held.get(wanted)!
    held.delete(wanted)
    return entry
  }
}
