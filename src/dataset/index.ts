// The face of the data sets: tapes with ground truth -> scenes, and what a model is trained with.

export { type ReadScenesOptions, readScenes } from './read-scenes.ts'
export type { DrivingScene, SceneImage } from './scene.ts'
