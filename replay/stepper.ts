import { createHash } from 'node:crypto'
import type { TapeRecord } from '#messages'
import { createImageStore, type ImageStore, initialState, namedImages, type Request, type State, step } from '#pipeline'

export interface Stepper {
  readonly images: ImageStore
  /** Holds the bytes of an image that is not stepped: a later request may name it. Passes over what is none. */
  hold(record: TapeRecord): void
  /** Steps one event; returns what came out, stamped as on the tape. */
  step(event: TapeRecord): { readonly outputs: readonly TapeRecord[]; readonly requests: readonly Request[] }
}

/** The same step as the live shell's, from its first state or a snapshot's. Images are held as long as the live shell holds them. */
export const createStepper = (from: State = initialState): Stepper => {
  let state = from
  const images = createImageStore()
  const hold = ({ topic, logTimeNs, payload }: TapeRecord): void => {
    if (topic.startsWith('/sensors/camera/')) images.put(logTimeNs, payload, namedImages(state))
  }
  return {
    images,
    hold,
    step(event) {
      hold(event)
      const payloadSha256 = createHash('sha256').update(event.payload).digest()
      const result = step(state, { ...event, payloadSha256 }, () => {})
      state = result.state
      const outputs = result.outputs.map((output) => ({ ...output, logTimeNs: event.logTimeNs }))
      return { outputs, requests: result.requests }
    },
  }
}
