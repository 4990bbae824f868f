// The one file that knows onnxruntime-node. A second adapter, over the library's C API, is to offer the same `Session`.
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { OutriderError } from '#errors'

export type TensorData = Float32Array | Int32Array | BigInt64Array

export interface Tensor {
  /** Row-major; its class is the element type. */
  readonly data: TensorData
  readonly dims: readonly number[]
}

export type Tensors = Readonly<Record<string, Tensor>>

export interface Session {
  /** All inputs in, all outputs out. Blocks the event loop meanwhile: it belongs in a process of its own. */
  run(feeds: Tensors): Promise<Tensors>
  close(): Promise<void>
}

export interface SessionOptions {
  /** Threads of one operator. The result does not depend on it. */
  readonly threads: number
}

/** Throws MODEL_GRAPH_UNREADABLE when onnxruntime refuses the graph. */
export const openSession = async (path: string, { threads }: SessionOptions): Promise<Session> => {
  const session = await InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Another level gives other bits.
    graphOptimizationLevel: 'all',
    // Every prompt has its own shapes: plans of memory for each of them are memory for nothing.
    enableMemPattern: false,
    extra: {
      // A spinning thread takes the core that sensors and planner run on.
      session: { intra_op: { allow_spinning: '0' }, use_deterministic_compute: '1' },
    },
  }).catch((cause: unknown) => {
    throw new OutriderError({
      code: 'MODEL_GRAPH_UNREADABLE',
      expected: `a graph that onnxruntime opens in ${path}`,
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  })
  return {
    run: async (feeds) => {
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)]))
      const outputs = await session.run(inputs)
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, fromOrt(tensor as OrtTensor)]))
    },
    close: () => session.release(),
  }
}

const toOrt = ({ data, dims }: Tensor): OrtTensor => {
  if (data instanceof Float32Array) return new OrtTensor('float32', data, dims)
  if (data instanceof Int32Array) return new OrtTensor('int32', data, dims)
  return new OrtTensor('int64', data, dims)
}

const fromOrt = ({ data, dims }: OrtTensor): Tensor => ({ data: data as TensorData, dims })
