import type { PartSummary } from '#dataset'

const mean = (sum: number, count: number): number => (count === 0 ? 0 : Math.round((sum / count) * 10) / 10)

export const reportOf = ({ frameSets, images, slices, tasks, constantVelocityAdeM }: PartSummary) => ({
  frameSets,
  images,
  slices,
  constantVelocityAdeM: frameSets === 0 ? 0 : Math.round((constantVelocityAdeM / frameSets) * 100) / 100,
  tasks: Object.fromEntries(
    Object.entries(tasks).map(([name, { records, promptCharacters, answerCharacters, tokens, mostTokens }]) => [
      name,
      {
        records,
        promptCharacters: mean(promptCharacters, records),
        answerCharacters: mean(answerCharacters, records),
        ...(tokens > 0 && { tokens: mean(tokens, records), mostTokens }),
      },
    ]),
  ),
})

export const lines = (
  report: ReturnType<typeof reportOf> & { readonly out: string; readonly drives: number },
): string =>
  [
    `${report.frameSets} frame sets of ${report.drives} drives in ${report.out}`,
    `  constant velocity is off by ${report.constantVelocityAdeM} m over 3 s, on the mean`,
    ...Object.entries(report.slices).map(([slice, count]) => `  ${slice}  ${count}`),
    ...Object.entries(report.tasks).map(
      ([name, { records, promptCharacters, answerCharacters }]) =>
        `  ${name}  ${records} records, ${promptCharacters} characters of prompt and ${answerCharacters} of answer`,
    ),
  ].join('\n')
