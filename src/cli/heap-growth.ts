import { setFlagsFromString } from 'node:v8'

/**
 * Lets the heap grow fivefold between two full collections, once, at the start of a drive. V8 counts the bytes of images
 * (as ZeroMQ hands them over, twice: 21 MB/s of six cameras) toward the next collection and gives a small heap 8 MB: two
 * standstills of 10 to 30 ms a second. So its bound for bytes outside the heap decides, 64 MB: one in three seconds.
 */
export const letHeapGrow = (): void => setFlagsFromString('--heap-growing-percent=400')
