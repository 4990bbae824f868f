import { beforeAll, describe, expect, it } from 'vitest'
import { CompressedImageSchema, decode, FrameSet_ClosedBy, type TapeRecord } from '#messages'
import { NANO } from '../../test/nano-car.ts'
import { readScenes } from './read-scenes.ts'
import { scenesOf, simulatedRecords } from './testing/simulated-scenes.ts'

describe('scenes of a tape', () => {
  let records: readonly TapeRecord[]
  beforeAll(() => {
    records = simulatedRecords({ family: 'intersection', seed: 1 }, 4)
  })

  it('are the frame sets with the truth of their instant', async () => {
    const scenes = await scenesOf(records)
    expect(scenes.map(({ id }) => id)).toEqual([0, 1, 2, 3].map((second) => `intersection-1-t${second}.00s`))
    for (const { frameSet, truth, agents, imageBoxes, map, mapFromEgo, route } of scenes) {
      expect(frameSet.closedBy).toBe(FrameSet_ClosedBy.COMPLETE)
      expect([truth.timeNs, agents.timeNs]).toEqual([frameSet.referenceTimeNs, frameSet.referenceTimeNs])
      expect(imageBoxes.map(({ view }) => view)).toEqual(NANO.cameras.map(({ view }) => view))
      expect(map?.lanes.length).toBeGreaterThan(0)
      expect(Number.isFinite(mapFromEgo.xM)).toBe(true)
      expect(route?.speedLimitMps).toBeGreaterThan(0)
    }
  })

  it('hand out the very images that the tape holds', async () => {
    const [scene] = await scenesOf(records)
    const onTape = records.find(({ topic }) => topic === '/sensors/camera/back')!
    const { message, data, format } = scene!.imageOf('back')
    expect(Buffer.compare(message, onTape.payload)).toBe(0)
    expect(Buffer.compare(data, decode(CompressedImageSchema, onTape.payload).data)).toBe(0)
    expect([format, data[0], data[1]]).toEqual(['jpeg', 0xff, 0xd8])
  })

  it('go on without a camera that was lost, with the truth that came before the set closed', async () => {
    const first = records.findIndex(({ topic }) => topic === '/sensors/camera/back_left')
    const scenes = await scenesOf(records.filter((_, index) => index !== first))
    expect(scenes.map(({ frameSet }) => frameSet.missingViews)).toEqual([['back_left'], [], [], []])
    expect(() => scenes[0]!.imageOf('back_left')).toThrow('no image of back_left')
  })

  it('do not have the frame sets whose truth is not on the tape', async () => {
    const untold = records.filter(
      ({ topic }, index) =>
        topic !== '/ground-truth/scene' || index > records.findIndex((record) => record.topic === topic),
    )
    expect((await scenesOf(untold)).map(({ id }) => id)).toEqual([1, 2, 3].map((s) => `intersection-1-t${s}.00s`))
  })

  it.each([
    ['no truth at all', (record: TapeRecord) => !record.topic.startsWith('/ground-truth/')],
    ['no ego pose', (record: TapeRecord) => record.topic !== '/sensors/ego'],
    ['no images', (record: TapeRecord) => !record.topic.startsWith('/sensors/camera/')],
  ])('are refused where there are none: %s', async (_, keep) => {
    const read = readScenes(records.filter(keep), { tape: 'drive.mcap', rig: NANO })
    await expect(read.next()).rejects.toMatchObject({ code: 'SCENES_NO_TRUTH' })
  })
})
