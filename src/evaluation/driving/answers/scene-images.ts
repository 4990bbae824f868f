import type { Rig } from '#calibration'
import type { DrivingScene } from '#dataset'
import { createSheet } from '#image'
import { cameraTopic, type ImageRef, VIEWS, type View } from '#messages'
import type { ImageBytes } from '#model/question'
import type { ImageStore } from '#pipeline'

const VIEW_OF_TOPIC: ReadonlyMap<string, View> = new Map(VIEWS.map((view) => [cameraTopic(view), view]))

const storeOf = (imageOf: (view: View) => Uint8Array): ImageStore => ({
  put: () => {
    throw new Error('the images of a scene are all there')
  },
  get: ({ topic }: ImageRef): ImageBytes => {
    const view = VIEW_OF_TOPIC.get(topic)
    if (!view) throw new Error(`${topic} is no camera's`)
    return { kind: 'encoded', data: imageOf(view) }
  },
})

/** The scene's own images, or those of `from` in their places. */
export const sceneImages = (from: DrivingScene): ImageStore => storeOf((view) => from.imageOf(view).data)

/** Middle grey: what a camera shows that is dead. */
const GREY = 128
const QUALITY = 60

/** Images of the rig's sizes that show nothing. */
export const blankImages = ({ cameras }: Rig): ImageStore => {
  const images = new Map<string, Uint8Array>()
  return storeOf((view) => {
    const known = images.get(view)
    if (known) return known
    const camera = cameras.find((each) => each.view === view)
    if (!camera) throw new Error(`the rig has no camera ${view}`)
    const { width, height } = camera
    const sheet = createSheet(width, height)
    const corners = [
      { x: -1, y: -1 },
      { x: width, y: -1 },
      { x: width, y: height },
      { x: -1, y: height },
    ]
    sheet.fillPolygon(corners, [GREY, GREY, GREY])
    const image = sheet.toJpeg(QUALITY)
    images.set(view, image)
    return image
  })
}
