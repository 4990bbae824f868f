// The face of images: the one place for sharp and canvas.

export { type ImageProbe, probeImage } from './probe.ts'
