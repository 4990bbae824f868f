/** JSON on one line; bigints as decimal strings, bytes as hex: neither loses anything. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, entry) => {
    if (typeof entry === 'bigint') return entry.toString()
    if (entry instanceof Uint8Array) return Buffer.from(entry).toString('hex')
    return entry
  })
