import { describe, expect, it } from 'vitest'
import { CompressedImageSchema, encode } from '#messages'
import { createImageStore } from './image-store.ts'

const S = 1_000_000_000n
const NONE: ReadonlySet<bigint> = new Set()
const payload = (words: string): Uint8Array => encode(CompressedImageSchema, { data: new TextEncoder().encode(words) })
const ref = (eventTimeNs: bigint) => ({
  $typeName: 'outrider.ImageRef' as const,
  topic: '/sensors/camera/front',
  eventTimeNs,
  payloadSha256: new Uint8Array(),
})

describe('the store of images', () => {
  it('gives an image by its event’s stamp for 5 s of event time', () => {
    const store = createImageStore()
    store.put(1n * S, payload('one'), NONE)
    store.put(6n * S, payload('two'), NONE)
    expect(store.get(ref(1n * S))).toEqual({ kind: 'encoded', data: new TextEncoder().encode('one') })
    store.put(6n * S + 1n, payload('three'), NONE)
    expect(() => store.get(ref(1n * S))).toThrow(/IMAGE_NOT_HELD/)
    expect(() => store.get(ref(2n * S))).toThrow(/IMAGE_NOT_HELD/)
  })

  it('keeps one that is named for as long as it is, and lets it go afterwards', () => {
    const store = createImageStore()
    store.put(1n * S, payload('one'), NONE)
    store.put(2n * S, payload('two'), NONE)
    store.put(60n * S, payload('later'), new Set([1n * S]))
    expect(store.get(ref(1n * S))).toMatchObject({ kind: 'encoded' })
    expect(() => store.get(ref(2n * S))).toThrow(/IMAGE_NOT_HELD/)
    store.put(61n * S, payload('later still'), NONE)
    expect(() => store.get(ref(1n * S))).toThrow(/IMAGE_NOT_HELD/)
  })
})
