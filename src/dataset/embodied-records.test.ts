import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeImage } from '#image'
import { isReached, makeRoom, planErrand, readStep, runAction, runSteps } from '#simulator'
import { embodiedConfig } from '#tasks'
import { ROOT } from '../../test/oracles.ts'
import { type EmbodiedRecord, embodiedRecords, type RoomRecords, roomSeed } from './embodied-records.ts'

const CONFIG = embodiedConfig.parse({ thinking: { mode: 'off' } })
const ROOMS = 40
const rooms: RoomRecords[] = []

beforeAll(async () => {
  for (let index = 0; index < ROOMS; index += 1) {
    rooms.push(
      await embodiedRecords(
        index % 2 ? 'held-out' : 'train',
        roomSeed(index % 2 ? 'held-out' : 'train', 9, index),
        CONFIG,
      ),
    )
  }
})

const records = (): readonly EmbodiedRecord[] => rooms.flatMap((room) => room.records)
const partText = (record: EmbodiedRecord, message: number, part: number): string => {
  const found = record.messages[message]!.content[part]!
  return found.type === 'text' ? found.text : ''
}
const question = (record: EmbodiedRecord): string => partText(record, 1, 1)
const answer = (record: EmbodiedRecord) => JSON.parse(partText(record, 2, 0))

describe('records of rooms', () => {
  it('are the same bytes for the same seed', async () => {
    expect(await embodiedRecords('train', roomSeed('train', 9, 0), CONFIG)).toEqual(rooms[0])
  })

  it('are of every task, with ids of their own', () => {
    expect(new Set(records().map(({ task }) => task)).size).toBe(4)
    expect(new Set(records().map(({ id }) => id)).size).toBe(records().length)
    expect(records().length).toBeGreaterThan(ROOMS * 6)
  })

  it('point into their masks', async () => {
    let pointed = 0
    for (const { records: own, files } of rooms) {
      for (const record of own.filter(({ truth }) => truth.mask !== undefined)) {
        const { data } = files.find(({ path }) => path === record.truth.mask)!
        const mask = await decodeImage({ kind: 'encoded', data })
        const [{ points, label }] = answer(record)
        expect(question(record)).toContain(`"${label}"`)
        for (const [x, y] of points) {
          expect(mask.data[3 * (y * mask.width + x)]).toBe(255)
          pointed += 1
        }
      }
    }
    expect(pointed).toBeGreaterThan(100)
  })

  it('say of sides and distances what the room says', () => {
    let judged = 0
    for (const record of records()) {
      const { seed, split } = record.meta
      const { things, camera } = makeRoom({ seed, heldOutLooks: split === 'held-out' })
      const find = (phrase: string) => things.filter(({ name, kind }) => phrase === name || phrase === kind.name)[0]!
      const side = /^Is the (.+) (left|right) of the (.+)\?/.exec(question(record))
      const nearer = /^Is the (.+) nearer to the camera than the (.+)\?/.exec(question(record))
      const column = ({ at: [x, y] }: ReturnType<typeof find>): number => {
        const [dx, dy] = [x - camera.eye[0], y - camera.eye[1]]
        return Math.atan2(dx * camera.right[0] + dy * camera.right[1], dx * camera.ahead[0] + dy * camera.ahead[1])
      }
      const far = ({ at, model }: ReturnType<typeof find>): number =>
        Math.hypot(at[0] - camera.eye[0], at[1] - camera.eye[1], at[2] + model.heightM / 2 - camera.eye[2])
      if (side) {
        const isLeft = column(find(side[1]!)) < column(find(side[3]!))
        expect(answer(record)).toBe(isLeft === (side[2] === 'left') ? 'yes' : 'no')
        judged += 1
      }
      if (nearer) {
        expect(answer(record)).toBe(far(find(nearer[1]!)) < far(find(nearer[2]!)) ? 'yes' : 'no')
        judged += 1
      }
    }
    expect(judged).toBeGreaterThan(15)
  })

  it('have steps that can be carried out and reach the goal', () => {
    const plans = records().filter(({ task, truth }) => task === 'embodied/task-plan' && truth.choice === undefined)
    expect(plans.length).toBeGreaterThan(15)
    for (const record of plans) {
      const { scene, goal } = record.meta.errand!
      expect(isReached(scene, goal)).toBe(false)
      expect(runSteps(scene, goal, answer(record))).toEqual({ done: answer(record).length, reached: true })
    }
  })

  it('have one next step that leads nearer to the goal, and three that do not', () => {
    const choices = records().filter(({ task, truth }) => task === 'embodied/task-plan' && truth.choice !== undefined)
    expect(choices.length).toBeGreaterThan(3)
    for (const record of choices) {
      const { scene, goal } = record.meta.errand!
      const before = planErrand(scene, goal)!.length
      const options = [...question(record).matchAll(/^([A-D])\. (.+)$/gm)]
      const nearer = options.filter(([, , text]) => {
        const outcome = runAction(scene, readStep(text!)!)
        return 'scene' in outcome && (planErrand(outcome.scene, goal)?.length ?? before) < before
      })
      expect(options.length).toBe(4)
      expect(nearer.map(([, letter]) => letter)).toEqual([record.truth.choice])
    }
  })

  it('for tests come from seeds that training never reaches', () => {
    expect(roomSeed('train', 2 ** 15 - 1, 2 ** 16 - 1)).toBeLessThan(roomSeed('held-out', 0, 0))
    expect(() => roomSeed('train', 2 ** 15, 0)).toThrow(/no room/)
    expect(() => roomSeed('train', 0, 2 ** 16)).toThrow(/no room/)
  })

  it('in boxes where the model may think, as MiMo-Embodied was asked', async () => {
    const { records: own } = await embodiedRecords('train', 4, embodiedConfig.parse({}))
    const spatial = own.find(({ task }) => task === 'embodied/spatial')!
    expect(partText(spatial, 2, 0)).toBe(`\\boxed{${spatial.truth.choice}}`)
    expect(spatial.truth.schema).toBeUndefined()
  })

  it('are read by the trainer, and earn the full rewards of points, steps and choices', (context) => {
    const python = `${ROOT}training/.venv/bin/python`
    context.skip(!existsSync(python), `needs the trainer's Python: no ${python}`)
    const folder = mkdtempSync(join(tmpdir(), 'outrider-rooms-'))
    const file = join(folder, 'embodied.jsonl')
    writeFileSync(
      file,
      records()
        .map((record) => `${JSON.stringify(record)}\n`)
        .join(''),
    )
    const code = [
      'import sys',
      'from outrider_training.records import read_records',
      'from outrider_training.rewards.choice import choice_reward',
      'from outrider_training.rewards.format import format_reward',
      'read = list(read_records(sys.argv[1]))',
      'formed = lambda r: format_reward(r.answer, r.truth) == 1',
      'bad = [r.id for r in read if not formed(r) or choice_reward(r.answer, r.truth) not in (None, 1)]',
      'print(len(read), bad)',
    ].join('\n')
    const found = execFileSync(python, ['-c', code, file], { cwd: `${ROOT}training`, encoding: 'utf8' })
    expect(found.trim()).toBe(`${records().length} []`)
  })
})
