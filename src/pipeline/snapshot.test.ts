import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, type Snapshot, SnapshotSchema } from '#messages'
import { stateFromSnapshot } from './snapshot.ts'
import { initialState } from './state.ts'
import { stateFromText, stateToText } from './state-text.ts'
import { createTestRun, readAs } from './testing/drive-events.ts'
import { driveWithSnapshots } from './testing/drive-with-snapshots.ts'

describe('a snapshot', () => {
  const drive = driveWithSnapshots()
  const snapshots = drive.outputs.filter(({ topic }) => topic === '/pipeline/snapshot')

  it('is made each time its period has passed, and none at the beginning', () => {
    const stamps = [drive.events[1]!.logTimeNs, ...snapshots.map(({ eventTimeNs }) => eventTimeNs)]
    const gapsMs = stamps.slice(1).map((stampNs, n) => Number(stampNs - stamps[n]!) / 1e6)
    expect(gapsMs.length).toBeGreaterThan(5)
    // The first event after the time is up makes it; one comes every 25 ms at least.
    for (const gapMs of gapsMs) expect(gapMs).toSatisfy((ms: number) => ms >= 254 && ms < 254 + 25)
  })

  it('holds every state of a drive exactly', () => {
    const run = createTestRun()
    for (const event of drive.events) {
      run.stepEvent(event)
      expect(stateFromText(stateToText(run.state()))).toStrictEqual(run.state())
    }
  })

  it('is where a drive goes on as if it had not been left, later snapshots included', () => {
    fc.assert(
      fc.property(fc.nat(snapshots.length - 1), (n) => {
        const { eventTimeNs, payload } = snapshots[n]!
        const resumed = createTestRun(stateFromSnapshot(decode(SnapshotSchema, payload)))
        for (const event of drive.events.filter(({ logTimeNs }) => logTimeNs > eventTimeNs)) resumed.stepEvent(event)
        const rest = drive.outputs.filter((output) => output.eventTimeNs > eventTimeNs)
        expect(rest.length).toBeGreaterThan(0)
        expect(resumed.outputs).toEqual(rest)
      }),
      { numRuns: 12 },
    )
  })

  const [sample] = drive.of('/pipeline/snapshot', readAs(SnapshotSchema))
  it.each<{ name: string; change: Partial<Snapshot>; found: RegExp }>([
    { name: 'another version', change: { version: 9 }, found: /version 9/ },
    { name: 'torn text', change: { stateJson: sample!.stateJson.slice(0, 900) }, found: /JSON/ },
    { name: 'no state', change: { stateJson: '3' }, found: /3/ },
    {
      name: 'a state that lacks a member',
      change: { stateJson: stateToText({ ...initialState, plan: 1, planners: 2, extra: 3 }) },
      found: /extra/,
    },
  ])('is refused with $name', ({ change, found }) => {
    const read = () => stateFromSnapshot({ ...sample!, ...change })
    expect(read).toThrow(/SNAPSHOT_UNREADABLE/)
    expect(read).toThrow(found)
  })
})
