// Main module of the model process: opens an engine, answers what the parent asks, and leaves with the parent.
import { OutriderError } from '#errors'
import type { Engine } from '../engine.ts'
import { openOnnxEngine } from '../open-onnx-engine.ts'
import { PROTOCOL_VERSION, type ToChild, type ToParent, toFailure } from './protocol.ts'

let engine: Engine | undefined
const cuts = new Map<number, AbortController>()

const send = (message: ToParent): void => {
  // A parent that is gone takes no message; 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => undefined)
}

const open = async ({ version, options }: Extract<ToChild, { type: 'open' }>): Promise<void> => {
  try {
    if (version !== PROTOCOL_VERSION) {
      throw new OutriderError({
        code: 'MODEL_PROCESS_VERSION',
        expected: `protocol ${PROTOCOL_VERSION}`,
        found: `protocol ${version}`,
        next: 'build again, so that parent and child are of one build',
      })
    }
    engine = await openOnnxEngine(options)
    send({ type: 'ready', info: engine.info })
  } catch (error) {
    const message: ToParent = { type: 'unable', failure: toFailure(error) }
    process.send?.(message, undefined, undefined, () => process.exit(1))
  }
}

const ask = async ({ id, question }: Extract<ToChild, { type: 'ask' }>): Promise<void> => {
  const cut = new AbortController()
  cuts.set(id, cut)
  try {
    const answer = await engine!.answer(question, (part) => send({ type: 'part', id, part }), cut.signal)
    send({ type: 'answer', id, answer })
  } catch (error) {
    send({ type: 'failed', id, failure: toFailure(error) })
  } finally {
    cuts.delete(id)
  }
}

process.on('message', (message: ToChild) => {
  if (message.type === 'open') void open(message)
  else if (message.type === 'ask') void ask(message)
  else cuts.get(message.id)?.abort()
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole group: the parent decides.
process.on('SIGINT', () => undefined)
