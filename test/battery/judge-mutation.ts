import type { MutatedTape } from './mutate-tape.ts'

/** What a check of a tape said. */
export interface Finding {
  /** same, damaged, diverged, or an error's code. */
  readonly result: string
  readonly first: { readonly topic: string; readonly sequence: number; readonly logTimeNs: bigint } | undefined
}

/** Why the finding is not the right one; empty when it is. */
export const judgeMutation = ({ expected, rightNames }: MutatedTape, { result, first }: Finding): readonly string[] => {
  if (result !== expected) return [`expected ${expected}, found ${result}`]
  if (rightNames.length === 0) return []
  const isRight = rightNames.some(
    ({ topic, sequence, logTimeNs }) =>
      first?.topic === topic && first.sequence === sequence && first.logTimeNs === logTimeNs,
  )
  const said = (name: Finding['first']): string =>
    name ? `${name.topic} #${name.sequence} at ${name.logTimeNs}` : 'none'
  return isRight ? [] : [`expected the first divergence at ${rightNames.map(said).join(' or ')}, found ${said(first)}`]
}
