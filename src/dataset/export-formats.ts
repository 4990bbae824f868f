// The same records in the formats of other training engines.

import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TrainingRecord } from './training-record.ts'

export const EXPORT_FORMATS = ['ms-swift', 'llama-factory', 'easyr1'] as const

export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** All three engines put an image where a content says this, and none has a way to write it as text. */
const PLACEHOLDER = '<image>'
/**
 * What stands for MiMo-Embodied's own text `1: <image> 2: <image>` there. Those engines then train on a prompt that differs
 * from the drive's by these letters.
 */
const PLAIN_TEXT_STAND_IN = '<img>'

const contentOf = ({ content }: TrainingRecord['messages'][number]): string =>
  content
    .map((part) => (part.type === 'image' ? PLACEHOLDER : part.text.replaceAll(PLACEHOLDER, PLAIN_TEXT_STAND_IN)))
    .join('')

const plainMessages = ({ messages }: TrainingRecord) =>
  messages.map((message) => ({ role: message.role, content: contentOf(message) }))

/** Rewards come with outrider_training/rewards/adapters.py, which reads the truth as a JSON text. */
const swiftRow = (record: TrainingRecord) => ({
  messages: plainMessages(record),
  images: record.images,
  truth: JSON.stringify(record.truth),
})

const llamaFactoryRow = (record: TrainingRecord) => ({ messages: plainMessages(record), images: record.images })

/** EasyR1 writes the system's message itself, by the chat template: Qwen2.5-VL's is the one of our questions. */
const easyR1Row = (record: TrainingRecord) => ({
  problem: record.messages
    .filter(({ role }) => role === 'user')
    .map(contentOf)
    .join(''),
  answer: JSON.stringify(record.truth),
  images: record.images,
})

interface Exporter {
  /** Those that the engine has a training for. */
  readonly stages: readonly string[]
  readonly row: (record: TrainingRecord) => object
}

const EXPORTERS: Readonly<Record<ExportFormat, Exporter>> = {
  'ms-swift': { stages: ['driving', 'cot', 'rl'], row: swiftRow },
  'llama-factory': { stages: ['driving', 'cot'], row: llamaFactoryRow },
  easyr1: { stages: ['rl'], row: easyR1Row },
}

/** What LLaMA-Factory looks data sets up in; `dataset_dir` and `media_dir` are then the folder. */
const datasetInfo = (stages: readonly string[]) =>
  Object.fromEntries(
    stages.map((stage) => [
      `outrider_${stage}`,
      {
        file_name: fileName('llama-factory', stage),
        formatting: 'sharegpt',
        columns: { messages: 'messages', images: 'images' },
        tags: {
          role_tag: 'role',
          content_tag: 'content',
          user_tag: 'user',
          assistant_tag: 'assistant',
          system_tag: 'system',
        },
      },
    ]),
  )

const fileName = (format: ExportFormat, stage: string): string => `${format}.${stage}.jsonl`

/** Writes the finished data set of a folder once more, beside it; image paths stay relative to the folder. The files' names. */
export const exportDataset = async (folder: string, format: ExportFormat): Promise<readonly string[]> => {
  const { stages, row } = EXPORTERS[format]
  for (const stage of stages) {
    const out = createWriteStream(join(folder, fileName(format, stage)))
    const lines = createInterface({
      input: createReadStream(join(folder, `${stage}.jsonl`)),
      crlfDelay: Number.POSITIVE_INFINITY,
    })
    for await (const line of lines) {
      if (!out.write(`${JSON.stringify(row(JSON.parse(line)))}\n`)) await once(out, 'drain')
    }
    out.end()
    await once(out, 'close')
  }
  const files = stages.map((stage) => fileName(format, stage))
  if (format !== 'llama-factory') return files
  await writeFile(join(folder, 'dataset_info.json'), `${JSON.stringify(datasetInfo(stages), null, 2)}\n`)
  return [...files, 'dataset_info.json']
}
