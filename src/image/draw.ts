// The one place that knows the canvas: flat shapes on a sheet of pixels, JPEG or PNG out. The same shapes give the same bytes.
import { type CanvasGradient, createCanvas } from '@napi-rs/canvas'

/** Red, green, blue from 0 to 255; opacity from 0 to 1, by default 1. */
export type Colour = readonly [red: number, green: number, blue: number, opacity?: number]

/** A place on the sheet; (0, 0) is the centre of the top left pixel, as everywhere in images here. */
export interface SheetPoint {
  readonly x: number
  readonly y: number
}

/** Colours along a line from fraction 0 to 1, level across it and beyond its ends. */
export interface Gradient {
  readonly from: SheetPoint
  readonly to: SheetPoint
  readonly stops: readonly (readonly [fraction: number, colour: Colour])[]
}

export interface Sheet {
  readonly width: number
  readonly height: number
  /** Antialiased. Fewer than three points are nothing. */
  fillPolygon(points: readonly SheetPoint[], paint: Colour | Gradient): void
  /** Middle of the text at the place; nothing where the machine has no fonts, and other bytes where it has others. */
  writeText(text: string, at: SheetPoint, heightPx: number, colour: Colour): void
  /** Quality from 0 to 100. */
  toJpeg(quality: number): Uint8Array
  toPng(): Uint8Array
}

/** A canvas counts from the corner of its first pixel. */
const HALF_PIXEL = 0.5
/** Neighbours that share an edge each cover a part of its pixels, and what is behind would shine through: opaque shapes are this much larger; px. */
const SEAM = 0.6

const css = ([red, green, blue, opacity = 1]: Colour): string =>
  `rgba(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)}, ${opacity})`

const isGradient = (paint: Colour | Gradient): paint is Gradient => 'stops' in paint

/** An opaque black sheet. */
export const createSheet = (width: number, height: number): Sheet => {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = css([0, 0, 0])
  context.fillRect(0, 0, width, height)
  // Each call crosses to native code: the width stays, and a paint is set only when it changes.
  context.lineWidth = SEAM
  let paintSet: string | CanvasGradient | undefined
  const gradients = new Map<Gradient, CanvasGradient>()
  const styleOf = (paint: Colour | Gradient) => {
    if (!isGradient(paint)) return css(paint)
    const known = gradients.get(paint)
    if (known) return known
    const { from, to, stops } = paint
    const gradient = context.createLinearGradient(
      from.x + HALF_PIXEL,
      from.y + HALF_PIXEL,
      to.x + HALF_PIXEL,
      to.y + HALF_PIXEL,
    )
    for (const [fraction, colour] of stops) gradient.addColorStop(fraction, css(colour))
    gradients.set(paint, gradient)
    return gradient
  }
  return {
    width,
    height,
    fillPolygon(points, paint) {
      if (points.length < 3) return
      const style = styleOf(paint)
      if (style !== paintSet) {
        context.fillStyle = style
        context.strokeStyle = style
        paintSet = style
      }
      context.beginPath()
      for (const { x, y } of points) context.lineTo(x + HALF_PIXEL, y + HALF_PIXEL)
      context.closePath()
      context.fill()
      if (isGradient(paint) || (paint[3] ?? 1) === 1) context.stroke()
    },
    writeText(text, { x, y }, heightPx, colour) {
      context.font = `${heightPx}px sans-serif`
      context.textAlign = 'center'
      context.textBaseline = 'middle'
      paintSet = css(colour)
      context.fillStyle = paintSet
      context.strokeStyle = paintSet
      context.fillText(text, x + HALF_PIXEL, y + HALF_PIXEL)
    },
    toJpeg: (quality) => canvas.toBuffer('image/jpeg', quality),
    toPng: () => canvas.toBuffer('image/png'),
  }
}
