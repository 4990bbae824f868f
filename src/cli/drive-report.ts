import Table from 'cli-table3'
import { type Inspection, inspectTape } from '#log'
import { toJson } from './to-json.ts'

/** What a drive came to, read back from its tape. */
export const printDrive = async (path: string, json: boolean): Promise<void> => {
  const inspection = await inspectTape(path)
  if (json) {
    const { planning, faults, stages, messages, durationS } = inspection
    console.log(toJson({ tape: path, messages, durationS, planning, stages, faults }))
  } else for (const line of driveLines(path, inspection)) console.log(line)
}

function* driveLines(path: string, { planning, stages, faults, messages, durationS }: Inspection): Generator<string> {
  const { plans, refusals, requests, verdicts } = planning
  const times = faults.reduce((sum, fault) => sum + Number(fault.times), 0)
  yield ''
  yield `${durationS.toFixed(1)} s on the tape, ${messages} messages: ${requests} questions, ${plans} plans, ${refusals} refusals`
  yield `${verdicts.plan + verdicts.minimalRiskStop} verdicts: ${verdicts.plan} let the plan through, ${verdicts.minimalRiskStop} were minimal-risk stops; ${times} faults`
  const table = new Table({
    head: ['stage', 'count', 'p50 ms', 'p99 ms'],
    style: { head: [], border: [], compact: true },
  })
  for (const { stage, count, p50, p99 } of stages) table.push([stage, count, p50.toFixed(2), p99.toFixed(2)])
  yield table.toString()
  yield `Tape: ${path}`
  yield `  look inside:  npx outrider inspect ${path}`
  yield `  replay it:    npx outrider replay ${path} --check`
  yield '  see it:       open the file in Foxglove (app.foxglove.dev, or the desktop app), panels 3D, Image, Raw Messages'
}
