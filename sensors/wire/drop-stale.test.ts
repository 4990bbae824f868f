import { describe, expect, it } from 'vitest'
import { rigSensors } from '../rig-sensors.ts'
import { dropStale } from './drop-stale.ts'
import type { Occurrence } from './fault-fold.ts'
import type { Arrival } from './inspect-message.ts'

const NOW_NS = 1_800_000_000_000_000_000n
const sensors = rigSensors([
  { view: 'front', width: 64, height: 48, timeOffsetMs: 0 },
  // Its stamps are of the end of the transfer, 100 ms after the exposure.
  { view: 'back', width: 64, height: 48, timeOffsetMs: -100 },
])

const arrival = (topic: string, ageMs: number): Arrival => {
  const sensor = sensors.get(topic)
  if (!sensor) throw new Error(`no sensor for ${topic}`)
  return { sensor, captureTimeNs: NOW_NS - BigInt(ageMs) * 1_000_000n, payload: new Uint8Array() }
}
const FRONT = '/sensors/camera/front'
const BACK = '/sensors/camera/back'
const EGO = '/sensors/ego'

describe('dropStale', () => {
  it.each<[string, [string, number][], number[]]>([
    [
      'keeps fresh frames, however many',
      [
        [FRONT, 160],
        [FRONT, 80],
        [FRONT, 0],
      ],
      [0, 1, 2],
    ],
    [
      'keeps one at the limit of 250 ms',
      [
        [FRONT, 250],
        [FRONT, 0],
      ],
      [0, 1],
    ],
    [
      'drops the old of a burst',
      [
        [FRONT, 500],
        [FRONT, 400],
        [FRONT, 251],
        [FRONT, 100],
      ],
      [3],
    ],
    [
      'never drops the newest of a topic, however old',
      [
        [FRONT, 9000],
        [FRONT, 8000],
      ],
      [1],
    ],
    [
      'looks at each topic by itself',
      [
        [FRONT, 500],
        ['/sensors/camera/front/raw', 500],
      ],
      [0, 1],
    ],
    [
      'never drops a state: ego history is made of them',
      [
        [EGO, 900],
        [EGO, 800],
        [EGO, 0],
      ],
      [0, 1, 2],
    ],
    [
      'takes the age from the exposure, by the rig',
      [
        [BACK, 160],
        [BACK, 149],
        [BACK, 0],
      ],
      [1, 2],
    ],
  ])('%s', (_what, waiting, kept) => {
    const noted: Occurrence[] = []
    const arrivals = waiting.map(([topic, ageMs]) => arrival(topic, ageMs))
    expect(dropStale(arrivals, NOW_NS, (what) => noted.push(what))).toEqual(kept.map((index) => arrivals[index]))
    expect(noted).toHaveLength(waiting.length - kept.length)
    for (const what of noted) expect(what).toMatchObject({ code: 'frame-stale', times: 1 })
  })
})
