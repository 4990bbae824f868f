import { readFileSync } from 'node:fs'
import { create } from '@bufbuild/protobuf'
import { parseRig } from '#calibration'
import { type ImageSizes, ImageSizesSchema } from '#messages'
import { ROOT } from './oracles.ts'

export const NANO = parseRig(readFileSync(`${ROOT}examples/nano/nano.rig.yaml`, 'utf8'))

/** Both sides of the nano car's images are multiples of 28: nothing is resized. */
export const NANO_SIZES: readonly ImageSizes[] = NANO.cameras.map(({ view, width, height }) =>
  create(ImageSizesSchema, {
    view,
    originalWidth: width,
    originalHeight: height,
    resizedWidth: width,
    resizedHeight: height,
  }),
)
