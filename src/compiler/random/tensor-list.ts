import { type CheckpointShape, PATCH, type StoredDtype } from './checkpoint-shape.ts'

/** A tensor to be written, and the spread of its random values. */
export interface RandomTensor {
  /** Name on disk. */
  readonly name: string
  /** What its random values are drawn by: the same in every layout. */
  readonly stream: string
  readonly shape: readonly number[]
  readonly dtype: StoredDtype
  readonly mean: number
  readonly deviation: number
}

/** Spread of norm weights around 1 and of biases around 0: enough that a mix-up of any two shows in the numbers. */
const NORM_DEVIATION = 0.1
const BIAS_DEVIATION = 0.1

/** Logits of random weights spread by about this: not flat, and no token wins always. */
const LOGIT_DEVIATION = 2

/**
 * All tensors of the shape in the order of the model. Linear weights keep the size of what goes through them
 * (deviation 1/sqrt(inputs)), so that neither depth nor width makes activations vanish or grow out of bounds.
 */
export const randomTensors = ({ text, vision, keys }: CheckpointShape): readonly RandomTensor[] => {
  const visual = keys === 'nested' ? 'model.visual.' : 'visual.'
  const language = keys === 'nested' ? 'model.language_model.' : 'model.'
  const tensors: RandomTensor[] = []
  const list = (part: string, prefix: string, dtype: StoredDtype) => {
    const add = (name: string, shape: readonly number[], mean: number, deviation: number): void => {
      tensors.push({ name: prefix + name, stream: part + name, shape, dtype, mean, deviation })
    }
    return {
      norm: (name: string, size: number) => add(`${name}.weight`, [size], 1, NORM_DEVIATION),
      linear: (name: string, outputs: number, inputs: number, bias: boolean) => {
        add(`${name}.weight`, [outputs, inputs], 0, 1 / Math.sqrt(inputs))
        if (bias) add(`${name}.bias`, [outputs], 0, BIAS_DEVIATION)
      },
      add,
    }
  }

  const inVision = list('vision.', visual, vision.dtype)
  const kernel = [PATCH.channels, PATCH.temporal, PATCH.size, PATCH.size]
  const patchValues = kernel.reduce((product, side) => product * side, 1)
  inVision.add('patch_embed.proj.weight', [vision.hiddenSize, ...kernel], 0, 1 / Math.sqrt(patchValues))
  for (let block = 0; block < vision.depth; block++) {
    const at = `blocks.${block}`
    inVision.norm(`${at}.norm1`, vision.hiddenSize)
    inVision.norm(`${at}.norm2`, vision.hiddenSize)
    inVision.linear(`${at}.attn.qkv`, vision.hiddenSize * 3, vision.hiddenSize, true)
    inVision.linear(`${at}.attn.proj`, vision.hiddenSize, vision.hiddenSize, true)
    inVision.linear(`${at}.mlp.gate_proj`, vision.intermediateSize, vision.hiddenSize, true)
    inVision.linear(`${at}.mlp.up_proj`, vision.intermediateSize, vision.hiddenSize, true)
    inVision.linear(`${at}.mlp.down_proj`, vision.hiddenSize, vision.intermediateSize, true)
  }
  const merged = vision.hiddenSize * PATCH.merge ** 2
  inVision.norm('merger.ln_q', vision.hiddenSize)
  inVision.linear('merger.mlp.0', merged, merged, true)
  inVision.linear('merger.mlp.2', text.hiddenSize, merged, true)

  const inText = list('text.', language, text.dtype)
  const rows = [text.vocabSize, text.hiddenSize]
  const rowDeviation = LOGIT_DEVIATION / Math.sqrt(text.hiddenSize)
  const kvSize = (text.hiddenSize / text.heads) * text.kvHeads
  inText.add('embed_tokens.weight', rows, 0, rowDeviation)
  for (let layer = 0; layer < text.layers; layer++) {
    const at = `layers.${layer}`
    inText.linear(`${at}.self_attn.q_proj`, text.hiddenSize, text.hiddenSize, true)
    inText.linear(`${at}.self_attn.k_proj`, kvSize, text.hiddenSize, true)
    inText.linear(`${at}.self_attn.v_proj`, kvSize, text.hiddenSize, true)
    inText.linear(`${at}.self_attn.o_proj`, text.hiddenSize, text.hiddenSize, false)
    inText.linear(`${at}.mlp.gate_proj`, text.intermediateSize, text.hiddenSize, false)
    inText.linear(`${at}.mlp.up_proj`, text.intermediateSize, text.hiddenSize, false)
    inText.linear(`${at}.mlp.down_proj`, text.hiddenSize, text.intermediateSize, false)
    inText.norm(`${at}.input_layernorm`, text.hiddenSize)
    inText.norm(`${at}.post_attention_layernorm`, text.hiddenSize)
  }
  inText.norm('norm', text.hiddenSize)
  if (!text.tiedEmbeddings) list('', '', text.dtype).add('lm_head.weight', rows, 0, rowDeviation)
  return tensors
}
