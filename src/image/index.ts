// The face of images: the one place for sharp and canvas.

export { decodeImage, type ImageSource, type RgbImage } from './decode.ts'
export { type Colour, createSheet, type Gradient, type Sheet, type SheetPoint } from './draw.ts'
export { encodeJpeg, encodeMask } from './encode.ts'
export { type ImageProbe, probeImage } from './probe.ts'
