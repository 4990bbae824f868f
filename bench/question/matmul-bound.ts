import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { graphBuilder } from '../../src/compiler/onnx-graph.ts'
import { openSession } from '../../src/model/onnx/session.ts'
import { percentile } from '../report.ts'

const ROUNDS = 9

/** One matrix product (m, k) x (k, n) in float32, the second factor being a weight, by onnxruntime; median ms. */
export const matmulMs = async (folder: string, m: number, k: number, n: number, threads: number): Promise<number> => {
  mkdirSync(folder, { recursive: true })
  const builder = graphBuilder()
  const product = builder.node('MatMul', [
    builder.input('rows', 'float32', [m, k]),
    builder.weight('weight', [k, n], [{ tensor: 'weight', shape: [k, n] }]),
  ])
  builder.output(product, 'float32', [m, n])
  const path = join(folder, 'matmul.onnx')
  writeFileSync(
    path,
    builder.build('matmul').encode(() => ({ file: 'weight', offset: 0 })),
  )
  // Anything but zeros and denormals; the product does not depend on what.
  writeFileSync(join(folder, 'weight'), new Uint8Array(new Float32Array(k * n).fill(0.01).buffer))
  const session = await openSession(path, { threads })
  const rows = { data: new Float32Array(m * k).fill(0.5), dims: [m, k] }
  const ms: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now()
    await session.run({ rows })
    ms.push(performance.now() - startMs)
  }
  await session.close()
  return percentile(ms.slice(1), 0.5)
}
