import { z } from 'zod'
import { OutriderError } from '#errors'
import { CHAT_TEMPLATE_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from './bundle.ts'
import { PROCESSOR } from './processor-config.ts'
import { readJson, readText } from './read-json.ts'

export const CHAT_TEMPLATE_JSON = 'chat_template.json'

/** Contents of the bundle's text files, by name. Throws TOKENIZER_MISSING, CHAT_TEMPLATE_MISSING. */
export const readTokenizerFiles = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>()
  for (const name of [TOKENIZER_FILE, TOKENIZER_CONFIG_FILE]) {
    // Parsed only to fail here, and not in the middle of a drive.
    await readJson(folder, name)
    const text = await readText(folder, name)
    if (text === undefined) throw missing('TOKENIZER_MISSING', `${name} in ${folder}`, 'no such file')
    files.set(name, text)
  }
  files.set(CHAT_TEMPLATE_FILE, await readChatTemplate(folder))
  return files
}

const missing = (code: string, expected: string, found: string): OutriderError =>
  new OutriderError({ code, expected, found, next: 'copy it from where the checkpoint came from' })

const holder = z.looseObject({
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
})

/** The first in the order in which transformers' processor looks. */
const readChatTemplate = async (folder: string): Promise<string> => {
  const inline = async (name: string): Promise<string | undefined> => {
    const template = holder.safeParse(await readJson(folder, name)).data?.chat_template
    if (typeof template === 'string') return template
    return template?.find((candidate) => candidate.name === 'default')?.template
  }
  const template =
    (await inline(PROCESSOR)) ??
    (await inline(CHAT_TEMPLATE_JSON)) ??
    (await readText(folder, CHAT_TEMPLATE_FILE)) ??
    (await inline(TOKENIZER_CONFIG_FILE))
  if (template !== undefined) return template
  const places = [CHAT_TEMPLATE_FILE, CHAT_TEMPLATE_JSON, `chat_template in ${TOKENIZER_CONFIG_FILE}`]
  throw missing('CHAT_TEMPLATE_MISSING', `${places.join(' or ')} in ${folder}`, 'none of them')
}
