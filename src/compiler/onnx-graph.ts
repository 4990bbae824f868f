import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from './generated/onnx/onnx_pb.ts'

/** Onnxruntime 1.30 reads up to IR 12; 10 is the first with everything used here, and older runtimes read it too. */
const IR_VERSION = 10n
const OPSET = 21n

type ElementType = 'float32' | 'int32' | 'int64'
const ELEMENT_TYPES = { float32: DataType.FLOAT, int32: DataType.INT32, int64: DataType.INT64 } as const

/** A number is a fixed side, a string the name of one that varies. */
type Shape = readonly (number | string)[]

/** bigint = INT, number = FLOAT: the two kinds of ONNX stay apart without a wrapper. */
type Attributes = Readonly<Record<string, bigint | number | readonly bigint[]>>

/** A weight in the external data file: tensors of the checkpoint one after the other along the first axis. */
export interface Weight {
  readonly name: string
  readonly shape: readonly number[]
  readonly parts: readonly WeightPart[]
}

/** A tensor of the checkpoint under its name in transformers 5, with the shape it must have there. */
export interface WeightPart {
  readonly tensor: string
  readonly shape: readonly number[]
}

/** Where a weight's bytes lie; `file` is relative to the graph. */
interface Placement {
  readonly file: string
  readonly offset: number
}

export interface Graph {
  readonly weights: readonly Weight[]
  /** The ModelProto, once it is known where each weight lies. */
  encode(place: (weight: Weight) => Placement): Uint8Array<ArrayBuffer>
}

export interface GraphBuilder {
  input(name: string, type: ElementType, shape: Shape): string
  output(name: string, type: ElementType, shape: Shape): void
  /** Tensors of the checkpoint one after the other, as they lie there, read as one tensor of `shape`. */
  weight(name: string, shape: readonly number[], parts: readonly WeightPart[]): string
  /** A small int64 tensor, inline: shapes and axes must be so, or shape inference fails at load. */
  constant(name: string, shape: readonly number[], values: readonly number[]): string
  /** Adds a node; returns the name of its first output. An empty input or output name leaves an optional one out. */
  node(op: string, inputs: readonly string[], attributes?: Attributes, outputs?: readonly string[]): string
  /** A float32 value of either branch; a branch may use all values made before. */
  choose(condition: string, whenTrue: () => string, whenFalse: () => string): string
  build(name: string): Graph
}

type Node = MessageInitShape<typeof NodeProtoSchema>
type Attribute = MessageInitShape<typeof AttributeProtoSchema>
type ValueInfo = MessageInitShape<typeof ValueInfoProtoSchema>

/** Operators of onnxruntime's own domain among those used here; all others are ONNX's. */
const CONTRIB = new Set([
  'GroupQueryAttention',
  'MultiHeadAttention',
  'QuickGelu',
  'RotaryEmbedding',
  'SkipSimplifiedLayerNormalization',
])

export const graphBuilder = (): GraphBuilder => {
  const inputs: ValueInfo[] = []
  const outputs: ValueInfo[] = []
  let nodes: Node[] = []
  let count = 0
  const constants = new Map<string, MessageInitShape<typeof TensorProtoSchema>>()
  const weights: Weight[] = []
  const named = (op: string): string => `${op}_${count++}`
  const branch = (name: string, fill: () => string): Attribute => {
    const outer = nodes
    nodes = []
    const result = fill()
    const g = { name, node: nodes, output: [valueInfo(result, 'float32')] }
    nodes = outer
    return { name, type: AttributeType.GRAPH, g }
  }
  return {
    input(name, type, shape) {
      inputs.push(valueInfo(name, type, shape))
      return name
    },
    output(name, type, shape) {
      outputs.push(valueInfo(name, type, shape))
    },
    weight(name, shape, parts) {
      weights.push({ name, shape, parts })
      return name
    },
    constant(name, shape, values) {
      const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
      constants.set(name, { name, dataType: DataType.INT64, dims: shape.map(BigInt), rawData })
      return name
    },
    node(op, from, attributes = {}, to) {
      const name = named(op)
      const output = to ?? [name]
      nodes.push({
        opType: op,
        name,
        domain: CONTRIB.has(op) ? 'com.microsoft' : '',
        input: [...from],
        output: [...output],
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      })
      return output[0]!
    },
    choose(condition, whenTrue, whenFalse) {
      const name = named('If')
      const attributes = [branch('then_branch', whenTrue), branch('else_branch', whenFalse)]
      nodes.push({ opType: 'If', name, input: [condition], output: [name], attribute: attributes })
      return name
    },
    build: (name) => ({
      weights,
      encode: (place) =>
        toBinary(
          ModelProtoSchema,
          create(ModelProtoSchema, {
            irVersion: IR_VERSION,
            producerName: 'outrider',
            opsetImport: [
              { domain: '', version: OPSET },
              { domain: 'com.microsoft', version: 1n },
            ],
            graph: {
              name,
              input: inputs,
              output: outputs,
              node: nodes,
              initializer: [...constants.values(), ...weights.map((weight) => external(weight, place(weight)))],
            },
          }),
        ),
    }),
  }
}

/** Without a shape, only the number type is stated. */
const valueInfo = (name: string, type: ElementType, shape?: Shape): ValueInfo => {
  const dim = shape?.map((side) => ({
    value:
      typeof side === 'number'
        ? ({ case: 'dimValue', value: BigInt(side) } as const)
        : ({ case: 'dimParam', value: side } as const),
  }))
  const value = { elemType: ELEMENT_TYPES[type], ...(dim ? { shape: { dim } } : {}) }
  return { name, type: { value: { case: 'tensorType', value } } }
}

const attribute = (name: string, value: Attributes[string]): Attribute => {
  if (typeof value === 'bigint') return { name, type: AttributeType.INT, i: value }
  if (typeof value === 'number') return { name, type: AttributeType.FLOAT, f: value }
  return { name, type: AttributeType.INTS, ints: [...value] }
}

const external = (weight: Weight, { file, offset }: Placement): MessageInitShape<typeof TensorProtoSchema> => ({
  name: weight.name,
  dataType: DataType.FLOAT,
  dims: weight.shape.map(BigInt),
  dataLocation: DataLocation.EXTERNAL,
  externalData: [
    { key: 'location', value: file },
    { key: 'offset', value: `${offset}` },
    { key: 'length', value: `${weight.shape.reduce((product, side) => product * side, 4)}` },
  ],
})
