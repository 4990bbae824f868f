import Table from 'cli-table3'
import { decode, FaultSchema, PlanSchema, Verdict_Decision, VerdictSchema } from '#messages'
import type { Output } from '#pipeline'

/** How often the table is drawn again on a terminal, and how often a plain line is printed elsewhere; ms. */
const REDRAW_MS = 500
const LINE_MS = 2000

export interface LiveTable {
  onOutput(output: Output): void
  stop(): void
}

/** Shows a drive as it goes: a table that redraws itself on a terminal, a line now and then elsewhere. */
export const startLiveTable = (out: NodeJS.WriteStream, title: string): LiveTable => {
  let frameSets = 0
  let requests = 0
  let plans = 0
  let faults = 0
  let verdict = 'none yet'
  let plan = 'none yet'
  let fault = 'none'

  const rows = (): [string, string][] => [
    ['frame sets', String(frameSets)],
    ['questions to the model', String(requests)],
    ['plans', `${plans}   last: ${plan}`],
    ['verdict', verdict],
    ['faults', `${faults}   last: ${fault}`],
  ]

  let drawn = 0
  const draw = (): void => {
    if (!out.isTTY) {
      out.write(
        `${title}: ${rows()
          .map(([name, value]) => `${name} ${value}`)
          .join(' | ')}\n`,
      )
      return
    }
    const table = new Table({
      head: [title, ''],
      style: { head: [], border: [] },
      colWidths: [26, Math.max(40, (out.columns ?? 100) - 30)],
      wordWrap: true,
    })
    table.push(...rows())
    const text = table.toString()
    if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[0J`)
    out.write(`${text}\n`)
    drawn = text.split('\n').length
  }
  const timer = setInterval(draw, out.isTTY ? REDRAW_MS : LINE_MS)

  const heard: Readonly<Record<string, (payload: Uint8Array) => void>> = {
    '/fusion/frame-set': () => {
      frameSets += 1
    },
    '/model/request': () => {
      requests += 1
    },
    '/tasks/plan': (payload) => {
      const { steps, reason, posesOnly } = decode(PlanSchema, payload)
      const end = steps.at(-1)
      if (posesOnly) return
      plans += 1
      plan = end ? `${end.poseInEgo?.xM.toFixed(1)} m ahead in ${end.timeS} s, «${reason.slice(0, 40)}»` : 'no steps'
    },
    '/planners/verdict': (payload) => {
      const { decision, planAgeS, findings } = decode(VerdictSchema, payload)
      const age = planAgeS === undefined ? '' : `, plan ${planAgeS.toFixed(2)} s old`
      const why = findings[0] ? `: ${findings[0].check}` : ''
      verdict = `${decision === Verdict_Decision.PLAN ? 'plan' : 'minimal-risk stop'}${age}${why}`
    },
    '/pipeline/fault': (payload) => {
      const { source, code } = decode(FaultSchema, payload)
      faults += 1
      fault = `${source}: ${code}`
    },
  }
  return {
    onOutput: ({ topic, payload }) => heard[topic]?.(payload),
    stop() {
      clearInterval(timer)
      draw()
    },
  }
}
