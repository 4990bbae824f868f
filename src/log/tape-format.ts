import { findTopic, type TapeRecord } from '#messages'

/** Bytes of records after which a chunk closes, before the next event: small enough to lose little, large enough to compress and to seek. */
export const CHUNK_BYTES = 1024 * 1024
/** ns of log time after which a chunk closes, before the next event, so that a crash loses about a second; log time, so that equal records give equal files. */
export const CHUNK_SPAN_NS = 1_000_000_000n
/** What the names of the MCAP metadata records that follow each chunk begin with; the chunk's number, from 1, makes them unique. */
export const CHAIN_METADATA = 'outrider.chain/'
/**
 * Bytes of the longest record that is believed, and of the longest chunk once unpacked: 60 raw 1600x900 images. Beyond
 * it, a length is a damaged length.
 */
export const LONGEST_RECORD_BYTES = 256 * 1024 * 1024
/** Schemas whose payload is an image: their chunks are not compressed, JPEG does not get smaller and raw pixels cost more time than disk. */
export const IMAGE_SCHEMAS: ReadonlySet<string> = new Set(['foxglove.CompressedImage', 'foxglove.RawImage'])

/** Whether outputs of `step` may follow the record: a tape is cut and ended only before such, or it could not be replayed to its end. */
export const isEvent = ({ topic }: TapeRecord): boolean => findTopic(topic)?.producer === 'outside'
