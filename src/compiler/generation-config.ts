import { join } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'
import type { Bundle } from './bundle.ts'
import type { ModelConfig } from './model-config.ts'
import { readJson } from './read-json.ts'

export const GENERATION = 'generation_config.json'

const token = z.int().nonnegative()
// Defaults are those of transformers' GenerationConfig.
const schema = z.object({
  do_sample: z.boolean().nullish(),
  temperature: z.number().nonnegative().nullish(),
  top_k: z.int().nonnegative().nullish(),
  top_p: z.number().nullish(),
  repetition_penalty: z.number().positive().nullish(),
  eos_token_id: z.union([token, z.array(token)]).nullish(),
  pad_token_id: token.nullish(),
  bos_token_id: token.nullish(),
})

export interface GenerationConfig {
  readonly generation: Bundle['generation']
  readonly eosTokenIds: number[]
  readonly padTokenId: number | undefined
  readonly bosTokenId: number | undefined
}

/** Reads generation_config.json, which may be absent. Throws GENERATION_INVALID, NO_END_TOKEN. */
export const readGenerationConfig = async (folder: string, config: ModelConfig): Promise<GenerationConfig> => {
  const path = join(folder, GENERATION)
  const parsed = schema.safeParse((await readJson(folder, GENERATION)) ?? {})
  if (!parsed.success) {
    throw new OutriderError({
      code: 'GENERATION_INVALID',
      expected: `transformers' generation settings in ${path}`,
      found: z.prettifyError(parsed.error).replaceAll('\n', ' '),
    })
  }
  const { data } = parsed
  const eosTokenIds = [data.eos_token_id ?? [...config.eosTokenIds]].flat()
  if (eosTokenIds.length === 0) {
    throw new OutriderError({
      code: 'NO_END_TOKEN',
      expected: `eos_token_id in ${path} or in config.json`,
      found: 'neither',
      next: 'add it: without one, no answer would ever end',
    })
  }
  return {
    generation: {
      doSample: data.do_sample ?? false,
      temperature: data.temperature ?? 1,
      topK: data.top_k ?? 50,
      topP: data.top_p ?? 1,
      repetitionPenalty: data.repetition_penalty ?? 1,
    },
    eosTokenIds,
    padTokenId: data.pad_token_id ?? undefined,
    bosTokenId: data.bos_token_id ?? config.bosTokenId,
  }
}
