import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { OutriderError } from '#errors'
import { type Message, openOnnxEngine, type Part, type Question } from '#model'
import { readImage, readMessages } from './ask-messages.ts'
import { interruption } from './interruption.ts'

interface Flags {
  readonly bundle: string
  readonly messages?: string
  readonly image: readonly string[]
  readonly schema?: string
  readonly maxNewTokens: number
  readonly maxPixels?: number
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly seed: bigint
  readonly medianNumbers?: boolean
  readonly ignoreEos?: boolean
  readonly threads: number
  readonly json?: boolean
}

const EXAMPLE = `
Examples:
  outrider ask --bundle bundles/mimo-embodied --image front.jpg "What is ahead?"
  outrider ask --bundle bundles/mimo-embodied --messages case.json --max-new-tokens 24 --json`

export const registerAsk = (program: Command): void => {
  program
    .command('ask')
    .description('Ask a compiled model about text, images and video.')
    .argument('[question]', 'text after the images; instead of --messages')
    .requiredOption('--bundle <folder>', 'bundle that `outrider compile` wrote')
    .option('--messages <file>', '{"messages": [...]}: parts text {text}, image {path}, video {paths, fps}')
    .option(
      '--image <file>',
      'image before the question; may be given again',
      (file, all: string[]) => [...all, file],
      [],
    )
    .option('--schema <file>', 'JSON Schema that the answer must match')
    .addOption(number('--max-new-tokens <n>', 'longest answer in tokens', 512, (n) => Number.isInteger(n) && n > 0))
    .addOption(number('--max-pixels <n>', 'resize images to at most so many pixels', undefined, (n) => n > 0))
    .addOption(number('--temperature <t>', '0 is greedy', 0, (t) => t >= 0))
    .addOption(
      number('--top-k <k>', 'keep the k likeliest tokens; 0 keeps all', 0, (k) => Number.isInteger(k) && k >= 0),
    )
    .addOption(number('--top-p <p>', 'keep the likeliest tokens up to this mass', 1, (p) => p > 0 && p <= 1))
    .option('--seed <n>', 'names the random draws', parseSeed, 0n)
    .option('--median-numbers', 'greedy: of numbers that are one token the median of what the model gives them')
    .option('--ignore-eos', 'go on past the end of the answer, to compare with a reference')
    .addOption(
      number('--threads <n>', 'threads of the model', availableParallelism(), (n) => Number.isInteger(n) && n > 0),
    )
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', EXAMPLE)
    .action(async (text: string | undefined, flags: Flags) => {
      const question = await questionFrom(text, flags)
      const engine = await openOnnxEngine({ bundle: flags.bundle, threads: flags.threads })
      try {
        const stream = ({ text: delta }: { text: string }): void => {
          if (!flags.json) process.stdout.write(delta)
        }
        const answer = await engine.answer(question, stream, interruption())
        if (flags.json) console.log(JSON.stringify({ ...answer, ...engine.info }))
        else process.stdout.write('\n')
      } finally {
        await engine.close()
      }
    })
}

const questionFrom = async (text: string | undefined, flags: Flags): Promise<Question> => {
  const { maxNewTokens, temperature, topK, topP, seed, medianNumbers = false } = flags
  return {
    messages: await messagesFrom(text, flags),
    maxNewTokens,
    sampling: { temperature, topK, topP, seed, medianNumbers },
    ...(flags.schema === undefined ? {} : { answerSchema: await readSchema(flags.schema) }),
    ...(flags.maxPixels === undefined ? {} : { maxPixels: flags.maxPixels }),
    ...(flags.ignoreEos ? { ignoreEos: true } : {}),
  }
}

const messagesFrom = async (text: string | undefined, { messages, image }: Flags): Promise<readonly Message[]> => {
  const asked = text !== undefined || image.length > 0
  if ((messages !== undefined) === asked) {
    throw new OutriderError({
      code: 'ASK_WHAT',
      expected: 'either --messages FILE or a question, with --image before it',
      found: asked ? 'both' : 'neither',
    })
  }
  if (messages !== undefined) return readMessages(messages)
  const images = await Promise.all(image.map(readImage))
  const parts: Part[] = images.map((bytes) => ({ type: 'image', image: bytes }))
  if (text !== undefined) parts.push({ type: 'text', text })
  return [{ role: 'user', content: parts }]
}

const readSchema = async (file: string): Promise<object> => {
  try {
    const schema: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof schema === 'object' && schema !== null) return schema
    throw new Error('not an object')
  } catch (cause) {
    throw new OutriderError({ code: 'ASK_FILE', expected: `a JSON Schema in ${file}`, found: String(cause), cause })
  }
}

function number(flags: string, help: string, fallback: number | undefined, valid: (value: number) => boolean): Option {
  const option = new Option(flags, help).argParser((text) => {
    const value = Number(text)
    if (text.trim() === '' || !valid(value)) throw new InvalidArgumentError('Not in its range.')
    return value
  })
  return fallback === undefined ? option : option.default(fallback)
}

function parseSeed(text: string): bigint {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Not a natural number.')
  return BigInt(text)
}
