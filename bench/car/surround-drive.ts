import { create } from '@bufbuild/protobuf'
import canonicalize from 'canonicalize'
import type { Rig } from '#calibration'
import { openTape } from '#log'
import { RunConfigSchema } from '#messages'
import { startModelProcess } from '#model'
import { pipelineConfig, type RunOptions, type RunPorts, run } from '#pipeline'
import { openWireSource, rigSensors } from '#sensors'
import { letHeapGrow } from '../../src/cli/heap-growth.ts'
import { createSystemClock } from '../../src/cli/system-clock.ts'
import { SURROUND_RIG } from './surround-rig.ts'

export const TICK_HZ = 20
export const MODEL_THREADS = 2

export interface SurroundDrive {
  readonly bundle: string
  readonly address: string
  readonly tape: string
  /** Absent: six cameras of nuScenes' size. */
  readonly rig?: Rig
  /** Of the pipeline, beside the rig; absent: its defaults. */
  readonly settings?: object
  /** Lays a measurement around a port. */
  readonly around?: (ports: RunPorts) => RunPorts
  readonly options: Omit<RunOptions, 'config' | 'tickHz'>
}

/** Drives the car of six cameras, wired as `outrider drive` wires it. */
export const surroundDrive = async (drive: SurroundDrive): Promise<void> => {
  const { bundle, address, tape: path, rig = SURROUND_RIG, settings, around, options } = drive
  letHeapGrow()
  const clock = createSystemClock()
  const tape = await openTape(path)
  const ports: RunPorts = {
    clock,
    tape,
    source: openWireSource({ address, sensors: rigSensors(rig.cameras), clock }),
    startModel: (onChange) => startModelProcess({ bundle, threads: MODEL_THREADS, onChange }),
    sinks: [],
  }
  const configJson = canonicalize(pipelineConfig.parse({ rig, ...settings }))!
  const config = create(RunConfigSchema, { configJson })
  await run(around ? around(ports) : ports, { ...options, config, tickHz: TICK_HZ }).finally(tape.close)
}
