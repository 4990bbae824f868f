// A world whose truth is known: agents on level ground, cameras that see them, a tape's worth of truth.
import { create } from '@bufbuild/protobuf'
import { parseRig, projectBox, type Rig } from '#calibration'
import { multiplyQuaternions, quaternionFromYaw, transformFromPlanar } from '#geometry'
import { GroundTruthImageBoxesSchema, GroundTruthSchema } from '#messages'
import type { TapeTruth } from '../truth.ts'

const AHEAD = { x: -0.5, y: 0.5, z: -0.5, w: 0.5 }

/** 90 degrees wide each, 60 degrees apart: they share 30. */
export const RIG: Rig = parseRig(
  JSON.stringify({
    cameras: [
      ['front', 0],
      ['front_left', 60],
    ].map(([view, headingDeg]) => ({
      view,
      width: 1600,
      height: 900,
      model: { kind: 'pinhole', fx: 800, fy: 800, cx: 800, cy: 450 },
      egoFromCamera: {
        translation: { x: 1, y: 0, z: 1.5 },
        rotation: multiplyQuaternions(quaternionFromYaw((Number(headingDeg) * Math.PI) / 180), AHEAD),
      },
    })),
  }),
)

export interface Agent {
  readonly id: string
  readonly category: string
  readonly x: number
  readonly y: number
  readonly vx?: number
}

const SIZES: Readonly<Record<string, readonly [number, number, number]>> = {
  Car: [4.6, 1.95, 1.72],
  Person: [0.7, 0.7, 1.76],
}

/** `frames` half a second apart, from an ego that stands at the origin. */
export const truthOf = (agents: readonly Agent[], frames: number): TapeTruth => ({
  egoPoses: [-1, 100].map((second) => ({
    timeNs: BigInt(second) * 1_000_000_000n,
    mapFromEgo: transformFromPlanar({ xM: 0, yM: 0, headingRad: 0 }),
  })),
  frames: Array.from({ length: frames }, (_, index) => {
    const timeS = index / 2
    const timeNs = BigInt(index) * 500_000_000n
    const placed = agents.map(({ id, category, x, y, vx = 0 }) => {
      const [length, width, height] = SIZES[category]!
      return {
        id,
        category,
        velocityInMapMps: { x: vx, y: 0, z: 0 },
        sizeM: { x: length, y: width, z: height },
        poseInMap: { position: { x: x + vx * timeS, y, z: height / 2 }, orientation: quaternionFromYaw(0) },
      }
    })
    return {
      truth: create(GroundTruthSchema, { timeNs, agents: placed }),
      imageBoxes: RIG.cameras.map((camera) =>
        create(GroundTruthImageBoxesSchema, {
          view: camera.view,
          captureTimeNs: timeNs,
          width: camera.width,
          height: camera.height,
          boxes: placed.flatMap(({ id, category, sizeM, poseInMap: { position, orientation } }) => {
            const box = projectBox(camera, { pose: { translation: position, rotation: orientation }, sizeM })
            return box ? [{ agentId: id, category, ...box }] : []
          }),
        }),
      ),
    }
  }),
})
