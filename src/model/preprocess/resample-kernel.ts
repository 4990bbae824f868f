import { RESAMPLE_KERNEL } from './generated/resample-kernel.ts'

/** For each result of an axis, what it is made of; fixed-point weights. */
export interface AxisWeights {
  /** First input (results). */
  readonly first: Int32Array
  /** Pairs of inputs, at least one (results). */
  readonly pairs: Int32Array
  /** Weights a result, an even number. */
  readonly taps: number
  /** (results, taps); those beyond the pairs are not looked at. */
  readonly weights: Int16Array
  /** Bits after the point. */
  readonly precision: number
}

/** What is used of the global of that name, which @types/node declares without its values. */
interface WebAssemblyGlobal {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void }
  columns(
    source: number,
    width: number,
    height: number,
    to: number,
    ...tables: [number, number, number, number, number, number]
  ): void
  rows(source: number, stride: number, to: number, ...tables: [number, number, number, number, number, number]): void
}

let loaded: Kernel | undefined

const kernel = (): Kernel => {
  if (!loaded) {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly
    loaded = new Instance(new Module(Buffer.from(RESAMPLE_KERNEL, 'base64'))).exports as Kernel
  }
  return loaded
}

const PAGE_BYTES = 65536

/** Puts source and tables into the kernel's memory, runs it and takes the result out. */
const run = (
  data: Uint8Array,
  /** What a pass may read behind the source. */
  behind: number,
  { first, pairs, weights, taps, precision }: AxisWeights,
  resultBytes: number,
  pass: (kernel: Kernel, source: number, ...tables: [number, number, number, number, number, number]) => void,
): Uint8Array => {
  const wasm = kernel()
  let end = 0
  const place = (bytes: number): number => {
    const at = end
    end = Math.ceil((at + bytes) / 16) * 16
    return at
  }
  const source = place(data.length + behind)
  const at = [place(first.byteLength), place(pairs.byteLength), place(weights.byteLength)] as const
  const result = place(resultBytes + 8)
  const missing = Math.ceil((end - wasm.memory.buffer.byteLength) / PAGE_BYTES)
  if (missing > 0) wasm.memory.grow(missing)
  const memory = new Uint8Array(wasm.memory.buffer)
  memory.set(data, source)
  for (const [i, table] of [first, pairs, weights].entries()) {
    memory.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), at[i]!)
  }
  pass(wasm, source, ...at, taps, precision, result)
  return memory.slice(result, result + resultBytes)
}

/** Rows of `width` RGB pixels become rows of as many as there are weights. */
export const resampleColumns = (data: Uint8Array, width: number, height: number, axis: AxisWeights): Uint8Array => {
  const to = axis.first.length
  return run(data, 8, axis, to * height * 3, (wasm, source, ...tables) =>
    wasm.columns(source, width, height, to, ...tables),
  )
}

/** Rows of `stride` bytes become as many as there are weights. */
export const resampleRows = (data: Uint8Array, stride: number, axis: AxisWeights): Uint8Array => {
  const to = axis.first.length
  return run(data, stride + 8, axis, to * stride, (wasm, source, ...tables) => wasm.rows(source, stride, to, ...tables))
}
