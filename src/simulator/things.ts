/** A colour of the world in plain daylight; red, green, blue from 0 to 255. */
export type Tint = readonly [number, number, number]

export type CarShape = 'hatchback' | 'estate' | 'van' | 'truck' | 'bus'

export type Light = 'red' | 'red-amber' | 'green' | 'amber'

/** Length, width, height; m. */
export interface Size {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** Cars of the European classes B, C and light van; a 12 t box lorry and a solo city bus, shortened a little. */
export const CAR_SIZES: Readonly<Record<CarShape, Size>> = {
  hatchback: { x: 4.2, y: 1.78, z: 1.46 },
  estate: { x: 4.7, y: 1.84, z: 1.48 },
  van: { x: 5.1, y: 1.95, z: 2.05 },
  truck: { x: 7.6, y: 2.3, z: 3.1 },
  bus: { x: 10.5, y: 2.5, z: 3 },
}

/** Of a person's box; m. */
export const WALKER_SIZE: Size = { x: 0.6, y: 0.6, z: 1.75 }

/** Of a bicycle with its rider; m. */
export const CYCLIST_SIZE: Size = { x: 1.75, y: 0.6, z: 1.75 }

/** How an agent looks. */
export type Look =
  | { readonly kind: 'car'; readonly shape: CarShape; readonly tint: Tint }
  | { readonly kind: 'pedestrian'; readonly tint: Tint }
  | { readonly kind: 'cyclist'; readonly tint: Tint }

export const sizeOf = (look: Look): Size => {
  if (look.kind === 'car') return CAR_SIZES[look.shape]
  return look.kind === 'cyclist' ? CYCLIST_SIZE : WALKER_SIZE
}
