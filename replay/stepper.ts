import { createHash } from 'node:crypto'
import type { TapeRecord } from '#messages'
import { createImageStore, type ImageStore, initialState, type Request, step } from '#pipeline'

export interface Stepper {
  readonly images: ImageStore
  /** Steps one event; returns what came out, stamped as on the tape. */
  step(event: TapeRecord): { readonly outputs: readonly TapeRecord[]; readonly requests: readonly Request[] }
}

/** The same step as the live shell's, from its first state. Images are held as long as the live shell holds them. */
export const createStepper = (): Stepper => {
  let state = initialState
  const images = createImageStore()
  return {
    images,
    step(event) {
      if (event.topic.startsWith('/sensors/camera/')) images.put(event.logTimeNs, event.payload)
      const payloadSha256 = createHash('sha256').update(event.payload).digest()
      const result = step(state, { ...event, payloadSha256 }, () => {})
      state = result.state
      const outputs = result.outputs.map((output) => ({ ...output, logTimeNs: event.logTimeNs }))
      return { outputs, requests: result.requests }
    },
  }
}
