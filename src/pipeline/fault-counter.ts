/** Counts faults of one kind on one topic; returns how many there have been, these `times` included. */
export const createFaultCounter = (): ((source: string, code: string, topic: string, times: number) => bigint) => {
  const counts = new Map<string, bigint>()
  return (source, code, topic, times) => {
    const key = `${source}|${code}|${topic}`
    const count = (counts.get(key) ?? 0n) + BigInt(times)
    counts.set(key, count)
    return count
  }
}
