import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BUNDLE_FILE, type Bundle, DECODER_GRAPH, readBundle, VISION_GRAPH } from '#compiler'
import { openSession, type Session, type SessionOptions } from './onnx/session.ts'
import { type ChatTemplate, loadChatTemplate } from './prompt/chat-template.ts'
import { type Embedding, openEmbedding } from './prompt/embedding.ts'
import { loadTokenizer, type Tokenizer } from './prompt/tokenizer.ts'

/** A bundle, opened. */
export interface LoadedModel {
  readonly bundle: Bundle
  /** SHA-256 of bundle.json in hex. */
  readonly bundleSha256: string
  readonly tokenizer: Tokenizer
  readonly template: ChatTemplate
  readonly embedding: Embedding
  readonly vision: Session
  readonly decoder: Session
  close(): Promise<void>
}

/** Throws the coded errors of `readBundle`, of the tokenizer, of the chat template and of onnxruntime. */
export const loadModel = async (folder: string, options: SessionOptions): Promise<LoadedModel> => {
  const bundle = await readBundle(folder)
  const bundleSha256 = createHash('sha256')
    .update(await readFile(join(folder, BUNDLE_FILE)))
    .digest('hex')
  const tokenizer = await loadTokenizer(folder)
  const template = await loadChatTemplate(folder, tokenizer.specialTokens)
  const embedding = openEmbedding(folder, bundle)
  const vision = await openSession(join(folder, VISION_GRAPH), options)
  const decoder = await openSession(join(folder, DECODER_GRAPH), options)
  return {
    bundle,
    bundleSha256,
    tokenizer,
    template,
    embedding,
    vision,
    decoder,
    close: async () => {
      embedding.close()
      await vision.close()
      await decoder.close()
    },
  }
}
