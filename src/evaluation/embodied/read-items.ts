import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { OutriderError } from '#errors'
import { decodeImage, probeImage } from '#image'
import type { ErrandGoal, ErrandScene } from '#simulator'

const part = z.union([z.object({ type: z.literal('text'), text: z.string() }), z.object({ type: z.literal('image') })])

const place = z.object({ name: z.string(), how: z.enum(['on', 'in']).optional(), open: z.boolean().optional() })
const thing = z.object({
  name: z.string(),
  standsOn: z.string(),
  portable: z.boolean(),
  radiusM: z.number(),
  holds: z.object({ how: z.enum(['on', 'in']), radiusM: z.number() }).optional(),
})

const line = z.object({
  id: z.string(),
  task: z.enum(['embodied/point', 'embodied/affordance', 'embodied/spatial', 'embodied/task-plan']),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.array(part) })).min(2),
  images: z.array(z.string()).length(1),
  max_pixels: z.int(),
  truth: z.object({ schema: z.looseObject({}).optional(), choice: z.string().optional(), mask: z.string().optional() }),
  meta: z.object({
    group: z.string(),
    skill: z.string(),
    unseen: z.array(z.string()),
    errand: z
      .object({
        scene: z.object({ things: z.array(thing), places: z.array(place), holding: z.string().optional() }),
        goal: z.object({ thing: z.string().optional(), place: z.string(), open: z.boolean().optional() }),
      })
      .optional(),
  }),
})

/** One question of a folder that `outrider dataset-embodied` wrote, with what is true. */
export type EmbodiedItem = z.infer<typeof line> & {
  /** Of the image, which is as the model sees it; px. */
  readonly width: number
  readonly height: number
  /** The file. */
  readonly image: Uint8Array
  /** 1 where a point is right, row by row; absent for other questions. */
  readonly mask?: Uint8Array
  readonly errand?: { readonly scene: ErrandScene; readonly goal: ErrandGoal }
}

const unreadable = (expected: string, found: string, cause?: unknown): OutriderError =>
  new OutriderError({
    code: 'EVALUATION_RECORDS',
    expected,
    found,
    next: 'write them with `outrider dataset-embodied --split held-out`',
    cause,
  })

/** The items of a folder in their order, at most `most`. Throws OutriderError EVALUATION_RECORDS. */
export async function* readItems(folder: string, most: number): AsyncGenerator<EmbodiedItem, void> {
  const path = join(folder, 'embodied.jsonl')
  const text = createReadStream(path)
  let number = 0
  try {
    for await (const row of createInterface({ input: text })) {
      if (number === most) break
      number += 1
      yield await readItem(folder, `${path}:${number}`, row)
    }
  } catch (cause) {
    if (cause instanceof OutriderError) throw cause
    throw unreadable(`records in ${path}`, String(cause), cause)
  }
  if (number === 0) throw unreadable(`records in ${path}`, 'none')
}

const readItem = async (folder: string, at: string, row: string): Promise<EmbodiedItem> => {
  const read = line.safeParse(parsed(row))
  if (!read.success) throw unreadable(`an embodied record at ${at}`, z.prettifyError(read.error).replaceAll('\n', ' '))
  const { data } = read
  const image = await readFile(join(folder, data.images[0]!))
  const size = probeImage(image)
  if (!size) throw unreadable(`a JPEG or PNG at ${at}`, data.images[0]!)
  const { widthPx: width, heightPx: height } = size
  const mask = data.truth.mask === undefined ? undefined : await readMask(join(folder, data.truth.mask))
  if (mask && mask.length !== width * height) {
    throw unreadable(`a mask of ${width}x${height} pixels at ${at}`, `${mask.length} pixels`)
  }
  return {
    ...data,
    width,
    height,
    image,
    ...(mask && { mask }),
    ...(data.meta.errand && { errand: data.meta.errand as NonNullable<EmbodiedItem['errand']> }),
  }
}

const parsed = (row: string): unknown => {
  try {
    return JSON.parse(row)
  } catch {
    return undefined
  }
}

const readMask = async (path: string): Promise<Uint8Array> => {
  const { data } = await decodeImage({ kind: 'encoded', data: await readFile(path) })
  return data.filter((_, index) => index % 3 === 0).map((value) => (value > 0 ? 1 : 0))
}
