import type { Tokenizer } from './tokenizer.ts'

/** Text of tokens as they come: a letter whose bytes are spread over tokens is given out with its last one. */
export interface TokenStream {
  push(tokenId: number): string
  /** What is left; bytes that never became a letter give U+FFFD, as in transformers. */
  end(): string
}

export const tokenStream = (tokenizer: Pick<Tokenizer, 'bytes'>): TokenStream => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return {
    push: (tokenId) => decoder.decode(tokenizer.bytes(tokenId), { stream: true }),
    end: () => decoder.decode(),
  }
}
