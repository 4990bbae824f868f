import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { interpolatePlanar, type PlanarPose, relativePlanar } from '#geometry'
import { sharedOrSkip } from '../test/oracles.ts'
import { chain } from './chain.ts'
import { limitsSchema } from './limits.ts'
import { planOf, vehicle } from './testing/plans.ts'
import { fromInstant, nodesOfPlan, seenFrom } from './trajectory.ts'

/** Rows of a NumPy file of little-endian doubles. */
const readNpy = (path: string): number[][] => {
  const bytes = readFileSync(path)
  const headerLength = bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, 10 + headerLength)
  expect(header).toContain("'descr': '<f8', 'fortran_order': False")
  const shape = /\((\d+),(?: (\d+))?/.exec(header)
  const width = Number(shape?.[2] ?? 1)
  return Array.from({ length: Number(shape?.[1]) }, (_, row) =>
    Array.from({ length: width }, (_, column) => bytes.readDoubleLE(10 + headerLength + (row * width + column) * 8)),
  )
}

interface Sample {
  readonly timeS: number
  readonly pose: PlanarPose
  readonly speedMps: number
}

/** Earth-centred positions and velocities on the plane that touches the earth where the drive began; heading = course. */
const onTheGround = (times: number[][], positions: number[][], velocities: number[][]): Sample[] => {
  const [x = 0, y = 0, z = 0] = positions[0]!
  const lon = Math.atan2(y, x)
  const lat = Math.atan2(z, Math.hypot(x, y))
  const east = [-Math.sin(lon), Math.cos(lon), 0]
  const north = [-Math.sin(lat) * Math.cos(lon), -Math.sin(lat) * Math.sin(lon), Math.cos(lat)]
  const along = (axis: number[], vector: number[]) => axis.reduce((sum, part, index) => sum + part * vector[index]!, 0)
  return positions.map((position, index) => {
    const offset = position.map((part, axis) => part - positions[0]![axis]!)
    const velocity = velocities[index]!
    return {
      timeS: times[index]![0]!,
      pose: {
        xM: along(east, offset),
        yM: along(north, offset),
        headingRad: Math.atan2(along(north, velocity), along(east, velocity)),
      },
      speedMps: Math.hypot(along(east, velocity), along(north, velocity)),
    }
  })
}

const sampleAt = (samples: readonly Sample[], timeS: number): Sample => {
  const to = samples.findIndex((sample) => sample.timeS >= timeS)
  const after = samples[to]!
  const before = samples[to - 1] ?? after
  const fraction = after === before ? 0 : (timeS - before.timeS) / (after.timeS - before.timeS)
  return {
    timeS,
    pose: interpolatePlanar(before.pose, after.pose, fraction),
    speedMps: before.speedMps * (1 - fraction) + after.speedMps * fraction,
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100

it('a minute of a real driver: what he drove, as plans of 4 s with two decimals, is let through at every age', (context) => {
  const folder = sharedOrSkip(context, 'data/comma2k19-minute/global_pose')
  const samples = onTheGround(
    ...(['frame_times', 'frame_positions', 'frame_velocities'].map((name) => readNpy(`${folder}/${name}`)) as [
      number[][],
      number[][],
      number[][],
    ]),
  )
  const limits = limitsSchema.parse({})
  const firstS = samples[0]!.timeS
  const lastS = samples.at(-1)!.timeS
  const refused: string[] = []
  let judged = 0
  for (let referenceS = firstS; referenceS + 5 < lastS; referenceS += 0.5) {
    const reference = sampleAt(samples, referenceS)
    const poses = Array.from({ length: 8 }, (_, index) => {
      const { pose } = sampleAt(samples, referenceS + (index + 1) / 2)
      const { xM, yM, headingRad } = relativePlanar(reference.pose, pose)
      return { xM: hundredths(xM), yM: hundredths(yM), headingRad: hundredths(headingRad) }
    })
    for (const ageS of [0, 0.3, 0.55, 0.95]) {
      const now = sampleAt(samples, referenceS + ageS)
      const nodes = seenFrom(nodesOfPlan(planOf(poses), reference.speedMps), relativePlanar(reference.pose, now.pose))
      const findings = chain(fromInstant(nodes, ageS), {
        limits,
        vehicle,
        egoSpeedMps: now.speedMps,
        egoYawRateRadps: undefined,
        ageS,
        maxAgeS: 1,
      })
      judged += 1
      refused.push(...findings.map(({ message }) => `${(referenceS - firstS).toFixed(1)} s, age ${ageS}: ${message}`))
    }
  }
  expect(judged).toBeGreaterThan(400)
  expect(refused).toEqual([])
})
