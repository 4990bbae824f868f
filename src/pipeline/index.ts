// The face of the pipeline: the pure step, and the live shell around it.

export { type Admission, type Clock, createAdmission, type RecordSink } from './admission.ts'
export { type PipelineConfig, pipelineConfig } from './config.ts'
export type { Event, Mark, Output, Request } from './event.ts'
export { createImageStore, IMAGES_KEPT_NS, type ImageStore } from './image-store.ts'
export { namedImages } from './named-images.ts'
export { perceivedBoxes } from './perceived-boxes.ts'
export { questionFrom } from './question.ts'
export { type ModelChange, type RunOptions, type RunPorts, run } from './run.ts'
export { stateFromSnapshot } from './snapshot.ts'
export { initialState, type State } from './state.ts'
export { type StepResult, step } from './step.ts'
