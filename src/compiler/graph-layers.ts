// The layers that the vision tower and the decoder have in common. Hidden states are rows: (tokens, size).
import type { GraphBuilder } from './onnx-graph.ts'

/** x W^T (+ b), with W as the checkpoint has it: (outputs, inputs). */
export const linear = (
  graph: GraphBuilder,
  input: string,
  at: string,
  [outputs, inputs]: readonly [number, number],
  bias: boolean,
): string => linearOf(graph, input, at, [[at, outputs]], inputs, bias)

/** As `linear`, of several layers of the checkpoint at once: their outputs side by side. */
export const linearOf = (
  graph: GraphBuilder,
  input: string,
  name: string,
  layers: readonly (readonly [at: string, outputs: number])[],
  inputs: number,
  bias: boolean,
): string => {
  const outputs = layers.reduce((sum, [, rows]) => sum + rows, 0)
  const weight = graph.weight(
    `${name}.weight`,
    [outputs, inputs],
    layers.map(([at, rows]) => ({ tensor: `${at}.weight`, shape: [rows, inputs] })),
  )
  const operands = [input, weight]
  if (bias) {
    const parts = layers.map(([at, rows]) => ({ tensor: `${at}.bias`, shape: [rows] }))
    operands.push(graph.weight(`${name}.bias`, [outputs], parts))
  }
  return graph.node('Gemm', operands, { transB: 1n })
}

/** SiLU(gate) * up, then down. */
export const swiGlu = (
  graph: GraphBuilder,
  input: string,
  at: string,
  [wide, hidden]: readonly [number, number],
  bias: boolean,
): string => {
  // QuickGelu with alpha 1 is SiLU.
  const gate = graph.node('QuickGelu', [linear(graph, input, `${at}.gate_proj`, [wide, hidden], bias)], { alpha: 1 })
  const product = graph.node('Mul', [gate, linear(graph, input, `${at}.up_proj`, [wide, hidden], bias)])
  return linear(graph, product, `${at}.down_proj`, [hidden, wide], bias)
}

/** A residual stream: its value is `sum` + `pending`, which the next norm adds up on its way. */
export interface Stream {
  readonly sum: string
  readonly pending?: string
}

/** RMSNorm of the stream, and the stream as one sum. */
export const rmsNorm = (
  graph: GraphBuilder,
  { sum, pending }: Stream,
  tensor: string,
  size: number,
  epsilon: number,
): { readonly norm: string; readonly sum: string } => {
  const weight = graph.weight(tensor, [size], [{ tensor, shape: [size] }])
  if (pending === undefined) {
    return { norm: graph.node('SimplifiedLayerNormalization', [sum, weight], { axis: -1n, epsilon }), sum }
  }
  const added = `${tensor}.sum`
  const norm = `${tensor}.norm`
  graph.node('SkipSimplifiedLayerNormalization', [pending, sum, weight], { epsilon }, [norm, '', '', added])
  return { norm, sum: added }
}
