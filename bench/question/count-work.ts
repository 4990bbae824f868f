import type { Bundle } from '#compiler'

/** Of multiplications and additions, both counted. */
export interface Work {
  /** Vision tower over images of `patches` each. */
  readonly visionFlop: number
  /** Decoder over a prompt, and the logits of its last token. */
  readonly prefillFlop: number
  /** What one more token reads at least: every weight of the decoder once; how many. */
  readonly decoderWeights: number
}

/** What the matrix products of a question about images of so many patches come to. Norms, activations and rotary turns are left out: under one in a hundred. */
export const countWork = ({ text, vision }: Bundle, images: readonly number[], tokens: number): Work => {
  const attentionWidth = text.heads * text.headDim
  const layerWeights =
    text.hiddenSize * (2 * attentionWidth + 2 * text.kvHeads * text.headDim + 3 * text.intermediateSize)
  const headWeights = text.hiddenSize * text.vocabSize
  const blockWeights = vision.hiddenSize * (4 * vision.hiddenSize + 3 * vision.intermediateSize)
  const patchWeights = vision.inChannels * vision.temporalPatchSize * vision.patchSize ** 2 * vision.hiddenSize
  const merged = vision.hiddenSize * vision.spatialMergeSize ** 2
  const windowPatches = (vision.windowSize / vision.patchSize) ** 2
  const full = vision.fullAttentionBlocks.length
  const visionFlop = images.reduce((sum, patches) => {
    const linear = patches * (patchWeights + vision.depth * blockWeights)
    const attention =
      2 * vision.hiddenSize * patches * (full * patches + (vision.depth - full) * Math.min(windowPatches, patches))
    const merger = (patches / vision.spatialMergeSize ** 2) * (merged * merged + merged * vision.outHiddenSize)
    return sum + 2 * (linear + attention + merger)
  }, 0)
  return {
    visionFlop,
    // Causal: on average half of the prompt is looked at, by query and by value.
    prefillFlop: 2 * (tokens * text.layers * (layerWeights + attentionWidth * tokens) + headWeights),
    decoderWeights: text.layers * layerWeights + headWeights,
  }
}
