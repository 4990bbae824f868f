import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { type FrameSet, RouteCommand_Command, RouteCommandSchema, VIEWS } from '#messages'
import { frameSets, imageSizes, promptText, userParts } from '../testing/frame-set.ts'
import { buildPerceptionRequest } from './perception.ts'
import { perceptionConfig } from './perception-config.ts'
import { buildPlanRequest } from './plan.ts'
import { planConfig } from './plan-config.ts'
import { buildPredictionRequest } from './prediction.ts'
import { predictionConfig } from './prediction-config.ts'

const WITHOUT_BACK = VIEWS.filter((view) => view !== 'back')

const input = (sets: readonly FrameSet[], as: 'images' | 'video') => ({
  requestId: 1n,
  frameSet: sets.at(-1)!,
  earlier: sets.slice(0, -1),
  route: create(RouteCommandSchema, { command: RouteCommand_Command.LEFT, distanceM: 40 }),
  opening: planConfig.parse({ frames: { sets: 8, as } }),
})
const plan = (sets: readonly FrameSet[], as: 'images' | 'video') => {
  const { opening, ...rest } = input(sets, as)
  return buildPlanRequest({ ...rest, config: opening })
}
const perception = (sets: readonly FrameSet[], as: 'images' | 'video') =>
  buildPerceptionRequest({
    ...input(sets, as),
    imageSizes: VIEWS.map((view) => imageSizes(view)),
    config: perceptionConfig.parse({}),
  })
const prediction = (sets: readonly FrameSet[], as: 'images' | 'video') =>
  buildPredictionRequest({
    ...input(sets, as),
    agents: [{ id: 'a', label: 'car', positionInEgo: { xM: 10, yM: 0 }, velocityInEgoMps: { x: 0, y: 0 } }],
    config: predictionConfig.parse({}),
  })
const openingOf = (request: ReturnType<typeof plan>) => userParts(request).find(({ case: kind }) => kind === 'text')
const firstLines = (request: ReturnType<typeof plan>, count: number): string[] =>
  String(openingOf(request)?.value).split('\n').slice(0, count)
const videos = (request: ReturnType<typeof plan>) =>
  userParts(request).flatMap((part) => (part.case === 'video' ? [part.value] : []))

describe('several frame sets in a question', () => {
  it('read so', async () => {
    const sets = frameSets(500, VIEWS, WITHOUT_BACK, VIEWS, VIEWS)
    await expect(promptText(plan(sets.slice(-2), 'images'))).toMatchFileSnapshot('golden/plan-two-sets.txt')
    await expect(promptText(plan(sets, 'video'))).toMatchFileSnapshot('golden/plan-video.txt')
    await expect(promptText(perception(sets, 'video'))).toMatchFileSnapshot('golden/perception-video.txt')
    await expect(promptText(perception(sets.slice(-2), 'images'))).toMatchFileSnapshot('golden/perception-two-sets.txt')
  })

  it.each(['images', 'video'] as const)('begin alike in all questions, given as %s', (as) => {
    const sets = frameSets(400, VIEWS, WITHOUT_BACK, VIEWS)
    const [first, ...others] = [plan(sets, as), perception(sets, as), prediction(sets, as)]
    const opening = firstLines(first!, as === 'images' ? 7 : 5)
    expect(opening.at(-1)).toBe('Route: turn left in 40 m.')
    const media = userParts(first!).filter(({ case: kind }) => kind !== 'text')
    expect(media).toHaveLength(as === 'images' ? 17 : 6)
    for (const other of others) {
      expect(userParts(other).slice(0, media.length)).toEqual(media)
      expect(firstLines(other, opening.length)).toEqual(opening)
    }
  })

  it('as images come oldest first, each set in the model’s order and with its missing views named', () => {
    const request = plan(frameSets(500, ['back', 'front'], ['front', 'front_left']), 'images')
    const images = userParts(request).flatMap((part) =>
      part.case === 'image' ? [`${part.value.topic} ${part.value.eventTimeNs}`] : [],
    )
    expect(images.map((image) => image.replace('/sensors/camera/', ''))).toEqual([
      'front 1699999999500000000',
      'back 1699999999500000000',
      'front 1700000000000000000',
      'front_left 1700000000000000000',
    ])
    expect(firstLines(request, 2)).toEqual([
      'At -0.50 s: 1: <image> 2: <image>. These two images are the front view and back view of the ego vehicle. Missing: the front left view, front right view, back left view and back right view.',
      'At 0.00 s: 3: <image> 4: <image>. These two images are the front view and front left view of the ego vehicle. Missing: the front right view, back view, back left view and back right view.',
    ])
  })

  it('as video have the rate at which they were taken', () => {
    expect(videos(plan(frameSets(400, VIEWS, VIEWS, VIEWS), 'video')).map(({ fps }) => fps)).toEqual(Array(6).fill(2.5))
    const [a, , c] = frameSets(400, VIEWS, VIEWS, VIEWS)
    expect(videos(plan([a!, c!], 'video'))[0]?.fps).toBe(1.25)
  })

  it('as video show a view that a set lacks as in the set after it, and say so', () => {
    const request = plan(frameSets(500, WITHOUT_BACK, WITHOUT_BACK, VIEWS), 'video')
    const [front, , , back] = videos(request)
    const timesOf = (video: typeof front) =>
      video?.frames.map(({ eventTimeNs }) => Number(eventTimeNs % 10n ** 10n) / 1e9)
    expect(timesOf(front)).toEqual([9, 9.5, 0])
    expect(timesOf(back)).toEqual([0, 0, 0])
    expect(firstLines(request, 1)[0]).toContain(
      ' Frames at -1.00, -0.50 and 0.00 s. The next frame stands in for the back view at -1.00 s and the back view at -0.50 s.',
    )
  })

  it('as video do not show a view that is missing now, however lately it was there', () => {
    const request = plan(frameSets(500, VIEWS, WITHOUT_BACK), 'video')
    expect(videos(request).map(({ frames }) => frames[0]?.topic)).not.toContain('/sensors/camera/back')
    expect(firstLines(request, 1)[0]).toMatch(
      /^1: <video> .* 5: <video>\. These five videos are .* Missing: the back view\./,
    )
  })

  it.each([
    [
      VIEWS,
      '1: <video> 2: <video> 3: <video> 4: <video> 5: <video> 6: <video>. These six videos are the front view, front left view, front right view, back view, back left view and back right view of the ego vehicle.',
    ],
    [
      ['front'],
      '1: <video>. This video is the front view of the ego vehicle. Missing: the front left view, front right view, back view, back left view and back right view.',
    ],
    [
      [],
      'There are no videos. Missing: the front view, front left view, front right view, back view, back left view and back right view.',
    ],
  ])(
    'as video of one frame, when nothing was remembered, %j are named in the words of the training alone',
    (views, line) => {
      const request = plan(frameSets(500, views), 'video')
      expect(firstLines(request, 1)[0]).toBe(line)
      expect(videos(request).map(({ frames, fps }) => [frames.length, fps])).toEqual(views.map(() => [1, 1]))
    },
  )

  it('that do not go forward in time are a bug', () => {
    const [a, b] = frameSets(500, VIEWS, VIEWS)
    expect(() => plan([b!, a!], 'video')).toThrow(/go forward in time/)
  })

  it('tell the scene’s boxes in the newest image: its sizes alone stand in the request', () => {
    const request = perception(frameSets(500, VIEWS, WITHOUT_BACK), 'images')
    expect(request.imageSizes.map(({ view }) => view)).toEqual(WITHOUT_BACK)
    expect(promptText(request)).toContain('Describe the scene at 0.00 s. Each view is 644x364 pixels.')
  })
})

it('a gap that is shorter than what must lie between two sets is refused', () => {
  expect(() => planConfig.parse({ frames: { apartMs: 500, gapMs: 400 } })).toThrow(/gapMs must be longer/)
})
