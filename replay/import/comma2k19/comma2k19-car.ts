import { resolve } from 'node:path'
import type { Vehicle } from '#calibration'

/** The two cars of the data set. */
export interface Comma2k19Car {
  readonly name: string
  /** Of steering wheel to road wheels, as openpilot uses it (selfdrive/car/{toyota,honda}/interface.py, 2018 to 2023). */
  readonly steeringRatio: number
  /** From the same place; m. */
  readonly wheelbaseM: Vehicle['wheelbaseM']
}

export const COMMA2K19_CARS = {
  // 14.5 end to end by its data sheet; openpilot's number is what fits around the middle, where cars drive.
  rav4: { name: 'Toyota RAV4', steeringRatio: 16.88, wheelbaseM: 2.65 },
  // 10.93 end to end by its data sheet (its ratio varies).
  civic: { name: 'Honda Civic', steeringRatio: 15.38, wheelbaseM: 2.7 },
} as const satisfies Record<string, Comma2k19Car>

export type Comma2k19CarName = keyof typeof COMMA2K19_CARS

/** Which car a device sat in, by comma2k19's README; its id begins the name of the route's folder. */
const CAR_OF_DEVICE: Readonly<Record<string, Comma2k19CarName>> = {
  b0c9d2329ad1606b: 'rav4',
  '99c94dc769b5d96e': 'civic',
}

/** By the device's id in the path; undefined where it stands nowhere in it. */
export const carOfPath = (folder: string): Comma2k19CarName | undefined => {
  const device = Object.keys(CAR_OF_DEVICE).find((id) => resolve(folder).includes(id))
  return device === undefined ? undefined : CAR_OF_DEVICE[device]
}
