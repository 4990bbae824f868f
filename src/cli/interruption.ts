import { OutriderError } from '#errors'

/** Aborted by Ctrl-C or a termination request, with an error that says so; a second one ends the process at once. */
export const interruption = (): AbortSignal => {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort(
        new OutriderError({
          code: 'INTERRUPTED',
          expected: 'to be left to finish',
          found: name,
          next: 'run it again; nothing was left behind',
        }),
      )
    })
  }
  return controller.signal
}
