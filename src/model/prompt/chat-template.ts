// The one place for @huggingface/jinja.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { CHAT_TEMPLATE_FILE } from '#compiler'
import { OutriderError } from '#errors'
import type { Message } from '../question.ts'

/** Writes the messages as the model was trained to read them, with one placeholder for each image and video. */
export type ChatTemplate = (messages: readonly Message[]) => string

export const loadChatTemplate = async (
  folder: string,
  specialTokens: Readonly<Record<string, string>>,
): Promise<ChatTemplate> => makeChatTemplate(await readFile(join(folder, CHAT_TEMPLATE_FILE), 'utf8'), specialTokens)

export const makeChatTemplate = (source: string, specialTokens: Readonly<Record<string, string>>): ChatTemplate => {
  const template = parse(source)
  return (messages) => {
    try {
      return template.render({ ...specialTokens, messages: messages.map(plain), add_generation_prompt: true })
    } catch (cause) {
      throw new OutriderError({
        code: 'MODEL_CHAT_TEMPLATE',
        expected: 'messages that the chat template of the checkpoint can write',
        found: cause instanceof Error ? cause.message : String(cause),
        cause,
      })
    }
  }
}

const parse = (source: string): Template => {
  try {
    return new Template(source)
  } catch (cause) {
    throw new OutriderError({
      code: 'MODEL_CHAT_TEMPLATE',
      expected: `a Jinja template in ${CHAT_TEMPLATE_FILE}`,
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

/** A template looks at `type` and at the keys: no pixels go in. */
const plain = ({ role, content }: Message): object => ({
  role,
  content:
    typeof content === 'string'
      ? content
      : content.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : { type: part.type })),
})
