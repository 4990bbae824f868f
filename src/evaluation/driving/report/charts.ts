import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { DrivingReport } from '../report.ts'

const WIDTH = 460

/** Draws a plot as SVG text. */
const svgOf = async (spec: TopLevelSpec): Promise<string> => {
  const config = { font: 'sans-serif', view: { stroke: '#ddd' }, axis: { gridColor: '#eee', labelLimit: 260 } }
  const compiled = compile({ ...spec, config: { ...config, ...spec.config } } as TopLevelSpec, {
    logger: { level: () => 0, error: fail, warn: ignore, info: ignore, debug: ignore } as never,
  })
  const view = new View(parse(compiled.spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

const ignore = (): void => {}
const fail = (...messages: readonly unknown[]): never => {
  throw new Error(`a plot cannot be drawn: ${messages.join(' ')}`)
}

/** A plot and what it shows. */
export interface Chart {
  readonly title: string
  readonly svg: string
}

const metres = (title: string) => ({ type: 'quantitative' as const, title })

const adeByPlanner = ({ planners }: DrivingReport): TopLevelSpec => ({
  width: WIDTH,
  data: {
    values: planners.map(({ planner, adeM, adeIntervalM }) => ({
      planner,
      adeM,
      low: adeIntervalM?.[0] ?? adeM,
      high: adeIntervalM?.[1] ?? adeM,
    })),
  },
  encoding: { y: { field: 'planner', type: 'nominal', sort: null, title: null } },
  layer: [
    {
      mark: { type: 'bar', height: 14 },
      encoding: {
        x: { field: 'adeM', ...metres('ADE over 3 s; m (line: 95 %)') },
        color: { field: 'planner', type: 'nominal', legend: null, sort: null },
      },
    },
    {
      mark: { type: 'rule', strokeWidth: 2 },
      encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
    },
    {
      mark: { type: 'text', align: 'left', dx: 6, fontSize: 11 },
      encoding: {
        x: { field: 'high', type: 'quantitative' },
        text: { field: 'adeM', type: 'quantitative', format: '.2f' },
      },
    },
  ],
})

const adeBySlice = ({ planners }: DrivingReport): TopLevelSpec => ({
  width: WIDTH,
  data: {
    values: planners.flatMap(({ planner, bySlice }) =>
      Object.entries(bySlice).map(([slice, { adeM, scenes }]) => ({ planner, slice: `${slice} (${scenes})`, adeM })),
    ),
  },
  mark: 'bar',
  encoding: {
    x: { field: 'adeM', ...metres('ADE over 3 s; m') },
    y: { field: 'slice', type: 'nominal', title: null },
    yOffset: { field: 'planner', type: 'nominal', sort: null },
    color: { field: 'planner', type: 'nominal', title: null, sort: null },
  },
})

const errorOverHorizon = ({ planners }: DrivingReport): TopLevelSpec => ({
  width: WIDTH,
  height: 240,
  data: {
    values: planners.flatMap(({ planner, l2M }) =>
      [0, ...l2M].map((errorM, index) => ({ planner, timeS: index * 0.5, errorM })),
    ),
  },
  mark: { type: 'line', point: true },
  encoding: {
    x: { field: 'timeS', type: 'quantitative', title: 'after now; s' },
    y: { field: 'errorM', ...metres('mean distance from where it was driven; m') },
    color: { field: 'planner', type: 'nominal', title: null, sort: null },
  },
})

const lightConfusion = ({ perception }: DrivingReport): TopLevelSpec | undefined => {
  const values = Object.entries(perception?.light.confusion ?? {}).flatMap(([truth, row]) =>
    Object.entries(row).map(([said, count]) => ({ truth, said, count })),
  )
  if (values.length === 0) return undefined
  return {
    width: 240,
    height: 180,
    data: { values },
    encoding: {
      x: { field: 'said', type: 'nominal', title: 'said' },
      y: { field: 'truth', type: 'nominal', title: 'true' },
    },
    layer: [
      {
        mark: 'rect',
        encoding: { color: { field: 'count', type: 'quantitative', scale: { scheme: 'blues' }, legend: null } },
      },
      { mark: 'text', encoding: { text: { field: 'count', type: 'quantitative' } } },
    ],
  }
}

const iouHistogram = ({ perception }: DrivingReport): TopLevelSpec | undefined => {
  if (!perception || perception.agents.truths === 0) return undefined
  return {
    width: WIDTH,
    height: 180,
    data: {
      values: perception.agents.iouHistogram.map((count, index) => ({ from: index / 10, to: (index + 1) / 10, count })),
    },
    mark: 'bar',
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        title: 'IoU of a box and the true one (0: without a partner)',
        bin: { binned: true, step: 0.1 },
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: 'boxes' },
    },
  }
}

/** The plots of a report, in its order; those without anything to show are left out. */
export const reportCharts = async (report: DrivingReport): Promise<readonly Chart[]> => {
  const specs = [
    ['Error by planner', adeByPlanner(report)],
    ['Error over the horizon', errorOverHorizon(report)],
    ['Error by what is hard about a scene', adeBySlice(report)],
    ['Lights that rule the ego', lightConfusion(report)],
    ['How well boxes fit', iouHistogram(report)],
  ] as const
  const charts: Chart[] = []
  for (const [title, spec] of specs) if (spec) charts.push({ title, svg: await svgOf(spec) })
  return charts
}
