import { z } from 'zod'
import { OutriderError } from '#errors'
import { RouteCommand_Command as Command } from '#messages'
import type { SceneCase } from '../scene-case.ts'
import { type Baseline, POSES } from './baseline.ts'

/** A network without eyes, as training/outrider_training/blind.py writes it. */
const networkSchema = z.strictObject({
  inputs: z.array(z.string()).min(1),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  layers: z.array(z.strictObject({ weight: z.array(z.array(z.number())), bias: z.array(z.number()) })).min(1),
  activation: z.literal('relu'),
})

type Network = z.infer<typeof networkSchema>

/** Reads weights; their last layer gives x, y (and heading) of each of 8 poses. Throws OutriderError BLIND_WEIGHTS. */
export const blindMlp = (text: string, path: string): Baseline => {
  const network = readNetwork(text, path)
  const outputs = network.layers.at(-1)!.bias.length
  const perPose = outputs / POSES
  if (perPose !== 2 && perPose !== 3) throw invalid(path, `${outputs} outputs`)
  const known = new Set(INPUTS.keys())
  const unknown = network.inputs.find((name) => !known.has(name) && !HISTORY.test(name))
  if (unknown !== undefined) throw invalid(path, `the input ${unknown}`)
  return {
    name: 'blind-mlp',
    plan: (scene) => {
      const values = run(
        network,
        network.inputs.map((name) => inputOf(name, scene)),
      )
      return Array.from({ length: POSES }, (_, index) => {
        const at = (of: number): number => values[index * perPose + of]!
        return { xM: at(0), yM: at(1), headingRad: perPose === 3 ? at(2) : directionAt(values, index) }
      })
    },
  }
}

/** Where a pose without heading comes from. */
const directionAt = (values: readonly number[], index: number): number => {
  const before = index === 0 ? [0, 0] : [values[index * 2 - 2]!, values[index * 2 - 1]!]
  const [dx, dy] = [values[index * 2]! - before[0]!, values[index * 2 + 1]! - before[1]!]
  return Math.hypot(dx, dy) < 0.05 ? 0 : Math.atan2(dy, dx)
}

const run = ({ mean, std, layers }: Network, inputs: readonly number[]): readonly number[] => {
  let values = inputs.map((value, index) => (value - mean[index]!) / std[index]!)
  for (const [layer, { weight, bias }] of layers.entries()) {
    const sums = bias.map((offset, row) => {
      const weights = weight[row]!
      return values.reduce((sum, value, column) => sum + weights[column]! * value, offset)
    })
    values = layer < layers.length - 1 ? sums.map((value) => Math.max(value, 0)) : sums
  }
  return values
}

const ROUTES = {
  unknown: Command.UNKNOWN,
  straight: Command.STRAIGHT,
  left: Command.LEFT,
  right: Command.RIGHT,
  change_lane_left: Command.CHANGE_LANE_LEFT,
  change_lane_right: Command.CHANGE_LANE_RIGHT,
} as const

const isRoute =
  (command: Command) =>
  ({ scene: { route } }: SceneCase): number =>
    Number((route?.command ?? Command.UNKNOWN) === command)

/** By name; what is not known is 0, and a second input says whether it is. m, s, rad. */
const INPUTS: ReadonlyMap<string, (scene: SceneCase) => number> = new Map<string, (scene: SceneCase) => number>([
  ['speed_mps', ({ ego }) => ego.speedMps],
  ['acceleration_mps2', ({ ego }) => ego.accelerationMps2],
  ['yaw_rate_radps', ({ ego }) => ego.yawRateRadps],
  ['speed_limit_mps', ({ scene: { route } }) => route?.speedLimitMps ?? 0],
  ['speed_limit_known', ({ scene: { route } }) => Number(route?.speedLimitMps !== undefined)],
  ['route_distance_m', ({ scene: { route } }) => route?.distanceM ?? 0],
  ['route_distance_known', ({ scene: { route } }) => Number(route?.distanceM !== undefined)],
  ...Object.entries(ROUTES).map(([name, command]) => [`route_${name}`, isRoute(command)] as const),
])

/** A sample of the ego history, 0 the oldest; the last one is now. */
const HISTORY = /^history_(x_m|y_m|heading_rad|speed_mps)_(\d+)$/

const inputOf = (name: string, scene: SceneCase): number => {
  const of = INPUTS.get(name)
  if (of) return of(scene)
  const [, field, index] = HISTORY.exec(name)!
  const sample = scene.scene.frameSet.egoHistory[Number(index)]
  const fields = { x_m: sample?.xM, y_m: sample?.yM, heading_rad: sample?.headingRad, speed_mps: sample?.speedMps }
  return fields[field as keyof typeof fields] ?? 0
}

const readNetwork = (text: string, path: string): Network => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(path, `no JSON: ${(cause as Error).message}`)
  }
  const parsed = networkSchema.safeParse(value)
  if (!parsed.success)
    throw invalid(path, parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)[0]!)
  let width = parsed.data.inputs.length
  if (parsed.data.mean.length !== width || parsed.data.std.length !== width)
    throw invalid(path, 'another number of means')
  for (const { weight, bias } of parsed.data.layers) {
    if (weight.length !== bias.length || weight.some((row) => row.length !== width))
      throw invalid(path, 'a layer of another size')
    width = bias.length
  }
  return parsed.data
}

const invalid = (path: string, found: string): OutriderError =>
  new OutriderError({
    code: 'BLIND_WEIGHTS',
    expected: `a network of named inputs and ${POSES} poses of 2 or 3 numbers in ${path}`,
    found,
  })
