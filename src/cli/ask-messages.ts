import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'
import type { ImageBytes, Message, Part } from '#model/question'

const path = z.string().min(1)

const partSchema = z.union([
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('image'), path }),
  z.strictObject({ type: z.literal('image'), image: path }).transform(({ type, image }) => ({ type, path: image })),
  z.strictObject({
    type: z.literal('video'),
    /** Oldest first. */
    paths: z.array(path).min(1),
    /** Rate of the frames given, Hz. */
    fps: z.number().positive(),
  }),
])

/** Other keys beside `messages` (a name, what is expected) are the file's own business. */
const fileSchema = z.object({
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['system', 'user', 'assistant']),
        content: z.union([z.string(), z.array(partSchema)]),
      }),
    )
    .min(1),
})

/** Reads `{"messages": […]}`; paths of images are relative to the file. Throws ASK_FILE. */
export const readMessages = async (file: string): Promise<Message[]> => {
  const text = (await readBytes(file, 'a file of messages')).toString('utf8')
  const { messages } = parse(file, text)
  const folder = dirname(resolve(file))
  return Promise.all(
    messages.map(async ({ role, content }) => ({
      role,
      content: typeof content === 'string' ? content : await Promise.all(content.map((part) => readPart(part, folder))),
    })),
  )
}

/** Throws ASK_FILE. */
export const readImage = async (file: string): Promise<ImageBytes> => ({
  kind: 'encoded',
  data: await readBytes(file, 'an image'),
})

const readPart = async (part: z.infer<typeof partSchema>, folder: string): Promise<Part> => {
  switch (part.type) {
    case 'text':
      return part
    case 'image':
      return { type: 'image', image: await readImage(resolve(folder, part.path)) }
    case 'video': {
      const frames = await Promise.all(part.paths.map((frame) => readImage(resolve(folder, frame))))
      return { type: 'video', frames, fps: part.fps }
    }
  }
}

const readBytes = (file: string, what: string): Promise<Buffer> =>
  readFile(file).catch((cause: unknown) => {
    throw new OutriderError({ code: 'ASK_FILE', expected: `${what} in ${file}`, found: String(cause), cause })
  })

const parse = (file: string, text: string): z.infer<typeof fileSchema> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new OutriderError({ code: 'ASK_FILE', expected: `JSON in ${file}`, found: String(cause), cause })
  }
  const result = fileSchema.safeParse(value)
  if (result.success) return result.data
  throw new OutriderError({
    code: 'ASK_FILE',
    expected: `{"messages": [...]} in ${file}, with parts text {text}, image {path} and video {paths, fps}`,
    found: z.prettifyError(result.error).replaceAll('\n', ' '),
  })
}
