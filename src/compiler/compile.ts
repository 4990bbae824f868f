import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { OutriderError } from '#errors'
import { BUNDLE_FILE, type Bundle, DECODER_GRAPH, EMBEDDING_FILE, VISION_GRAPH } from './bundle.ts'
import { bundleWriter, layOut } from './bundle-writer.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { decoderGraph, HEAD_WEIGHT } from './decoder-graph.ts'
import { requireDiskSpace } from './disk-space.ts'
import type { Graph, Weight } from './onnx-graph.ts'
import { visionGraph } from './vision-graph.ts'

/** Read at once to be hashed; larger reads are no faster. */
const READ_BYTES = 1 << 20

export interface CompileOptions {
  /** Replace a bundle that is there. */
  readonly force?: boolean
  /** Bytes read for their hash or written so far, of all that will be. */
  readonly onProgress?: (done: number, total: number) => void
  /** Aborting leaves nothing of the new bundle behind. */
  readonly signal?: AbortSignal
}

/**
 * Compiles a Hugging Face checkpoint folder into a bundle folder. Everything small, and every tensor's presence, shape
 * and dtype, is checked before the first weight is written. Weights go through in slices of 8 MiB. The bundle appears
 * under its name only when it is whole. Throws coded errors.
 */
export const compileCheckpoint = async (
  folder: string,
  target: string,
  options: CompileOptions = {},
): Promise<Bundle> => {
  const checkpoint = await openCheckpoint(folder)
  try {
    const bundle = resolve(target)
    const replaces = await occupied(bundle, options.force ?? false)
    await mkdir(dirname(bundle), { recursive: true })
    // Beside the target, so that the rename at the end stays on one disk.
    const partial = `${bundle}.partial-${randomUUID().slice(0, 8)}`
    await mkdir(partial)
    try {
      const manifest = await writeBundle(folder, checkpoint, partial, options)
      await (replaces ? replace(bundle, partial) : rename(partial, bundle))
      return manifest
    } finally {
      await rm(partial, { recursive: true, force: true })
    }
  } finally {
    await checkpoint.weights.close()
  }
}

/** A folder cannot be renamed onto one that holds files: the old one steps aside, and comes back if that fails. */
const replace = async (bundle: string, partial: string): Promise<void> => {
  const old = `${partial}.replaced`
  await rename(bundle, old)
  try {
    await rename(partial, bundle)
  } catch (error) {
    await rename(old, bundle)
    throw error
  }
  await rm(old, { recursive: true, force: true })
}

/** Whether a bundle is there, to be replaced. Throws BUNDLE_EXISTS, and BUNDLE_NOT_REPLACED for any other folder. */
const occupied = async (bundle: string, force: boolean): Promise<boolean> => {
  const entry = await stat(bundle).catch(() => undefined)
  if (!entry) return false
  const names = entry.isDirectory() ? await readdir(bundle) : undefined
  if (names?.length === 0) return false
  if (!names?.includes(BUNDLE_FILE)) {
    throw new OutriderError({
      code: 'BUNDLE_NOT_REPLACED',
      expected: `nothing, an empty folder or a bundle at ${bundle}`,
      found: names ? `a folder without ${BUNDLE_FILE}` : 'a file',
      next: 'name another place: only a bundle is ever replaced',
    })
  }
  if (force) return true
  throw new OutriderError({
    code: 'BUNDLE_EXISTS',
    expected: `no bundle yet at ${bundle}`,
    found: 'one',
    next: 'add --force to replace it',
  })
}

const writeBundle = async (
  folder: string,
  checkpoint: Checkpoint,
  into: string,
  { onProgress, signal }: CompileOptions,
): Promise<Bundle> => {
  const { manifest, weights, embedding, head } = checkpoint
  const vision = visionGraph(manifest.vision)
  const decoder = decoderGraph(manifest.text, head)
  const tied = manifest.text.tiedEmbeddings
  const decoderWeights = decoder.weights.filter((weight) => !(tied && weight.name === HEAD_WEIGHT))
  const embeddingWeights: Weight[] = [{ name: EMBEDDING_FILE, shape: embedding.shape, parts: [embedding] }]
  const data: readonly (readonly [string, readonly Weight[]])[] = [
    [EMBEDDING_FILE, embeddingWeights],
    [`${VISION_GRAPH}.data`, vision.weights],
    [`${DECODER_GRAPH}.data`, decoderWeights],
  ]
  const parts = data.flatMap(([, list]) => list).flatMap((weight) => weight.parts)
  for (const { tensor, shape } of parts) weights.require(tensor, shape)
  await requireDiskSpace(
    into,
    data.reduce((sum, [, list]) => sum + layOut(list).size, 0),
  )

  const toRead = await Promise.all(checkpoint.files.map(async (name) => (await stat(join(folder, name))).size))
  const toWrite = parts.map(({ shape }) => shape.reduce((product, side) => product * side, 4))
  const total = [...toRead, ...toWrite].reduce((sum, size) => sum + size, 0)
  let done = 0
  const onBytes = (bytes: number): void => {
    done += bytes
    onProgress?.(done, total)
  }
  const source: Record<string, string> = {}
  for (const name of checkpoint.files) source[name] = await sha256(join(folder, name), onBytes, signal)

  const writer = bundleWriter(into, signal)
  for (const [name, content] of checkpoint.texts) await writer.writeFile(name, content)
  for (const [name, list] of data) await writer.writeWeights(name, list, weights, onBytes)
  await writer.writeFile(VISION_GRAPH, encode(vision, `${VISION_GRAPH}.data`))
  await writer.writeFile(DECODER_GRAPH, encode(decoder, `${DECODER_GRAPH}.data`, tied))
  const bundle: Bundle = { ...manifest, source: { files: source }, files: writer.files }
  await bundleWriter(into).writeFile(BUNDLE_FILE, `${JSON.stringify(bundle, null, 2)}\n`)
  return bundle
}

/** With tied embeddings the output layer's weight is the embedding file, which has the same rows. */
const encode = (graph: Graph, file: string, tied = false): Uint8Array => {
  const shared = (weight: Weight): boolean => tied && weight.name === HEAD_WEIGHT
  const { offsets } = layOut(graph.weights.filter((weight) => !shared(weight)))
  return graph.encode((weight) =>
    shared(weight) ? { file: EMBEDDING_FILE, offset: 0 } : { file, offset: offsets.get(weight.name)! },
  )
}

const sha256 = async (path: string, onBytes: (bytes: number) => void, signal?: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    signal?.throwIfAborted()
    hash.update(chunk)
    onBytes(chunk.length)
  }
  return hash.digest('hex')
}
