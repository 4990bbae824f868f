import { above, below, type Check } from '../check.ts'

/** Times rise, in steps neither too short nor too long, and reach far enough. */
export const stamps: Check = (nodes, { limits }) => [
  ...nodes.slice(1).flatMap((node, index) => {
    const stepS = node.timeS - nodes[index]!.timeS
    return [
      ...below('stamps', stepS, limits.minStepS, 's', 'time between poses', node.step),
      ...above('stamps', stepS, limits.maxStepS, 's', 'time between poses', node.step),
    ]
  }),
  ...below('stamps', nodes.at(-1)?.timeS ?? 0, limits.minHorizonS, 's', 'time to the last pose'),
]
