import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import canonicalize from 'canonicalize'
import type { Rig } from '#calibration'
import { type RunConfig, RunConfigSchema } from '#messages'
import { pipelineConfig } from '#pipeline'
import type { CarConfig } from './car-config.ts'
import { DEPENDENCIES, PACKAGE_ROOT, VERSION } from './version.ts'

/** Libraries whose numbers reach an answer, a pixel or a byte of the tape. */
const LIBRARIES = [
  '@bufbuild/protobuf',
  '@huggingface/tokenizers',
  '@mcap/core',
  '@mlc-ai/web-xgrammar',
  'onnxruntime-node',
  'sharp',
  'zeromq',
]

/** Of a car that somebody else than a model drives. */
export const NO_BUNDLE = ''

const entries = (values: Readonly<Record<string, string>>): { name: string; value: string }[] =>
  Object.keys(values)
    .sort()
    .map((name) => ({ name, value: values[name] ?? '' }))

const fileSha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** The tape's first record: the configuration with all defaults filled in, and what it was run with. */
export const runConfigFor = (
  car: CarConfig,
  rig: Rig,
  resized: readonly { width: number; height: number }[],
  /** Where the world is made up: what of, which planner, how late its answers are. */
  made: Readonly<Record<string, string>> = {},
): RunConfig => {
  const {
    rig: _rig,
    bundle: _bundle,
    sensors: _sensors,
    publish: _publish,
    out: _out,
    forMs: _forMs,
    model: _model,
    ...rooms
  } = car
  const resizedImages = resized.length === 0 ? [] : rig.cameras.map(({ view }, index) => ({ view, ...resized[index] }))
  const pipeline = { ...rooms.pipeline, resizedImages }
  const configJson = canonicalize(pipelineConfig.parse({ ...rooms, rig, pipeline }))
  if (configJson === undefined) throw new Error('the configuration is no JSON')
  const lock = join(PACKAGE_ROOT, 'package-lock.json')
  return create(RunConfigSchema, {
    configJson,
    versions: entries({
      outrider: VERSION,
      node: process.versions.node,
      v8: process.versions.v8,
      platform: `${process.platform}-${process.arch}`,
      ...Object.fromEntries(LIBRARIES.map((name) => [name, DEPENDENCIES[name] ?? ''])),
      ...made,
    }),
    hashes: entries({
      ...(car.bundle === NO_BUNDLE ? {} : { bundle: fileSha256(join(car.bundle, 'bundle.json')) }),
      rig: fileSha256(car.rig),
      ...(existsSync(lock) ? { 'package-lock': fileSha256(lock) } : {}),
    }),
  })
}
