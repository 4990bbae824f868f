/** GPT-2's names of bytes in a vocabulary: printable ones stand for themselves, the others for letters from U+0100 on. */
export const LETTER_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte).map(
  (byte, _index, all) => {
    const printable = (b: number): boolean => (b > 32 && b < 127) || (b > 160 && b !== 173)
    const code = printable(byte) ? byte : 256 + all.slice(0, byte).filter((b) => !printable(b)).length
    return String.fromCodePoint(code)
  },
)

export const BYTE_OF_LETTER: ReadonlyMap<string, number> = new Map(LETTER_OF_BYTE.map((letter, byte) => [letter, byte]))
