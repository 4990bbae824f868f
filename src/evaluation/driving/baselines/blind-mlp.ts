import { z } from 'zod'
import { OutriderError } from '#errors'
import { RouteCommand_Command as Command } from '#messages'
import type { SceneCase } from '../scene-case.ts'
import { type Baseline, POSES } from './baseline.ts'

/** A network without eyes, as training/outrider_training/blind.py writes it: blind-mlp.json. */
const networkSchema = z.strictObject({
  inputs: z.array(z.string()).min(1),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  layers: z.array(z.strictObject({ weight: z.array(z.array(z.number())), bias: z.array(z.number()) })).min(1),
  activation: z.literal('relu'),
  outputs: z.string().optional(),
  trained: z.unknown().optional(),
})

type Network = z.infer<typeof networkSchema>

/** Reads weights; their last layer gives x, y (and heading) of each of 8 poses. Throws OutriderError BLIND_WEIGHTS. */
export const blindMlp = (text: string, path: string): Baseline => {
  try {
    return blindMlpOf(JSON.parse(text), path)
  } catch (cause) {
    throw cause instanceof SyntaxError ? invalid(path, `no JSON: ${cause.message}`) : cause
  }
}

/** The same of weights that are read already; `path` is for messages. */
export const blindMlpOf = (weights: unknown, path: string): Baseline => {
  const network = networkOf(weights, path)
  const outputs = network.layers.at(-1)!.bias.length
  const perPose = outputs / POSES
  if (perPose !== 2 && perPose !== 3) throw invalid(path, `${outputs} outputs`)
  const unknown = network.inputs.find((name) => !INPUTS.has(name) && !PAST.test(name))
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
  'go straight': Command.STRAIGHT,
  'turn left': Command.LEFT,
  'turn right': Command.RIGHT,
  'change lane left': Command.CHANGE_LANE_LEFT,
  'change lane right': Command.CHANGE_LANE_RIGHT,
} as const

type Input = (scene: SceneCase) => number

const isRoute =
  (command: Command): Input =>
  ({ scene: { route } }) =>
    Number((route?.command ?? Command.UNKNOWN) === command)

/** As the prompt, from which it has learnt, tells numbers. */
const hundredths = (value: number): number => Math.round(value * 100) / 100

const distanceOf = ({ scene: { route } }: SceneCase): number | undefined =>
  (route?.command ?? Command.UNKNOWN) === Command.UNKNOWN ? undefined : route?.distanceM
const limitOf = ({ scene: { route } }: SceneCase): number | undefined => route?.speedLimitMps

/** By name; what is not known is 0, and a second input says so. m/s, m/s^2, rad/s, m, km/h. */
const INPUTS: ReadonlyMap<string, Input> = new Map<string, Input>([
  ['speed', ({ ego }) => hundredths(ego.speedMps)],
  ['acceleration', ({ ego }) => hundredths(ego.accelerationMps2)],
  ['yaw_rate', ({ ego }) => hundredths(ego.yawRateRadps)],
  ['distance', (scene) => Math.round(distanceOf(scene) ?? 0)],
  ['distance_known', (scene) => Number(distanceOf(scene) !== undefined)],
  ['limit', (scene) => Math.round((limitOf(scene) ?? 0) * 3.6)],
  ['limit_known', (scene) => Number(limitOf(scene) !== undefined)],
  ...Object.entries(ROUTES).map(([name, command]) => [`route_${name}`, isRoute(command)] as const),
])

/** Of the samples of the ego history before now, 0 the latest; m, rad, m/s. */
const PAST = /^past(\d+)_(x|y|heading|speed|known)$/

const inputOf = (name: string, scene: SceneCase): number => {
  const of = INPUTS.get(name)
  if (of) return of(scene)
  const [, index, field] = PAST.exec(name)!
  const past = scene.scene.frameSet.egoHistory.filter(({ timeS }) => timeS < 0)
  const sample = past.at(-1 - Number(index))
  const { xM: x, yM: y, headingRad: heading, speedMps: speed } = sample ?? {}
  if (x === undefined || y === undefined || heading === undefined || speed === undefined) return 0
  return field === 'known' ? 1 : hundredths({ x, y, heading, speed }[field as 'x' | 'y' | 'heading' | 'speed'])
}

const networkOf = (weights: unknown, path: string): Network => {
  const parsed = networkSchema.safeParse(weights)
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
