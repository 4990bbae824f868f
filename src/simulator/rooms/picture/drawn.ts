import type { Room } from '../room.ts'
import type { Material } from '../shapes/material.ts'
import { aboutZ, type Mesh, placed } from '../shapes/mesh.ts'

/** A piece of something, in the room's frame. */
export interface Drawn {
  /** Whose part it is: a thing's, a fixture's or a surface's name; empty for what has none. */
  readonly mark: string
  readonly part: string
  readonly mesh: Mesh
  readonly material: Material
}

export const drawnOf = ({ surfaces, things, fixtures, scenery }: Room): readonly Drawn[] => {
  const named = new Set(surfaces.map(({ name }) => name))
  return [
    ...scenery.map(({ part, mesh, material }) => ({ mark: named.has(part) ? part : '', part, mesh, material })),
    ...fixtures.flatMap(({ name, pieces }) =>
      pieces.map(({ part, mesh, material }) => ({ mark: name, part, mesh, material })),
    ),
    ...things.flatMap(({ name, model, at, headingRad }) =>
      model.pieces.map(({ part, mesh, material }) => ({
        mark: name,
        part,
        mesh: placed(mesh, aboutZ(headingRad), at),
        material,
      })),
    ),
  ]
}
