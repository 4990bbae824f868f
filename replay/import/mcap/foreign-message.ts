import type { Quaternion, Transform, Vector3 } from '#geometry'
import type { Geodetic } from '../geodesy.ts'

/** What every foreign message says of itself. */
interface Stamped {
  /** Capture; ns since the Unix epoch. Absent where the sender left it 0. */
  readonly captureNs: bigint | undefined
  /** Empty where the sender left it so. */
  readonly frameId: string
}

export interface ForeignImage extends Stamped {
  readonly kind: 'image'
  readonly data: Uint8Array
}

export interface ForeignRawImage extends Stamped {
  readonly kind: 'raw'
  readonly width: number
  readonly height: number
  readonly encoding: string
  /** Bytes of a row. */
  readonly step: number
  readonly data: Uint8Array
}

export interface ForeignVideo extends Stamped {
  readonly kind: 'video'
  readonly format: string
  readonly data: Uint8Array
}

export interface ForeignInfo extends Stamped {
  readonly kind: 'info'
  readonly width: number
  readonly height: number
  readonly distortionModel: string
  readonly D: readonly number[]
  /** 3x3, row-major. */
  readonly K: readonly number[]
  /** 3x4, row-major. */
  readonly P: readonly number[]
  /** Whether the images are less than what the numbers are for: binned, or a part. */
  readonly cut: boolean
}

export interface ForeignTransform {
  readonly timeNs: bigint
  readonly parent: string
  readonly child: string
  readonly parentFromChild: Transform
}

export interface ForeignTransforms {
  readonly kind: 'transforms'
  readonly transforms: readonly ForeignTransform[]
}

export interface ForeignOdometry extends Stamped {
  readonly kind: 'odometry'
  readonly childFrameId: string
  /** Of the child frame, in frameId. */
  readonly pose: Transform
  /** Of the child frame, in the child frame; m/s, rad/s. */
  readonly linear: Vector3
  readonly angular: Vector3
}

export interface ForeignImu extends Stamped {
  readonly kind: 'imu'
  /** rad/s. */
  readonly angular: Vector3 | undefined
  /** Gravity in it; m/s^2. */
  readonly force: Vector3 | undefined
}

export interface ForeignFix extends Stamped {
  readonly kind: 'fix'
  /** Absent while there is no fix. */
  readonly place: Geodetic | undefined
  /** Clockwise from north; rad. */
  readonly headingRad: number | undefined
}

export type ForeignMessage =
  | ForeignImage
  | ForeignRawImage
  | ForeignVideo
  | ForeignInfo
  | ForeignTransforms
  | ForeignOdometry
  | ForeignImu
  | ForeignFix

export type ForeignKind = ForeignMessage['kind']

/** Bytes of a message -> what it says. Throws an Error that says what is wrong with them. */
export type ForeignDecoder = (data: Uint8Array) => ForeignMessage

/** A transform whose rotation has a length, made 1; throws otherwise. */
export const rigidTransform = (translation: Vector3, { x, y, z, w }: Quaternion): Transform => {
  const length = Math.hypot(x, y, z, w)
  if (!(length > 0.5 && length < 2)) throw new Error(`a rotation of length ${length}`)
  return { translation, rotation: { x: x / length, y: y / length, z: z / length, w: w / length } }
}
