import { type OnnxEngineOptions, startModelProcess } from '#model'
import { questionFrom } from '#pipeline'
import type { ClosedLoopPlanner } from './planner.ts'

/** The model itself, computed for each question in a process of its own while the world is drawn on. */
export const modelPlanner = (options: OnnxEngineOptions): ClosedLoopPlanner => {
  const model = startModelProcess(options)
  return {
    name: 'model',
    engine: model.info.engine,
    bundleSha256: model.info.bundleSha256,
    answer: ({ request, images }) => model.answer(questionFrom(request, images), () => {}),
    close: () => model.close(),
  }
}
