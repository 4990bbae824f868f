import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VIEWS } from '#messages'
import { drawFrames } from './draw-frames.ts'

/** Draws a picture a view into the folder: what `startCar` sends. */
export const drawCarFrames = async (folder: string): Promise<void> => {
  for (const [index, jpeg] of (await drawFrames(VIEWS.length)).entries())
    writeFileSync(join(folder, `${index}.jpg`), jpeg)
}

export interface Car {
  readonly pid: number
  stop(): Promise<void>
}

/** A car that sends to this address from a process of its own. */
export const startCar = (address: string, framesFolder: string): Car => {
  const child = fork(fileURLToPath(new URL('./car-process.ts', import.meta.url)), [address, framesFolder])
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    pid: child.pid!,
    stop: () => {
      child.kill()
      return exited
    },
  }
}
