import { cameraTopic, rawCameraTopic, VIEWS, type View } from '#messages'

const VIEW_OF_TOPIC: ReadonlyMap<string, View> = new Map(
  VIEWS.flatMap((view) => [
    [cameraTopic(view), view],
    [rawCameraTopic(view), view],
  ]),
)

/** The view whose camera publishes on this topic, encoded or raw; undefined for other topics. */
export const viewOfTopic = (topic: string): View | undefined => VIEW_OF_TOPIC.get(topic)
