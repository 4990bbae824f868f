import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { requireDiskSpace } from './disk-space.ts'
import { codedError } from './testing/checkpoints.ts'

it('more than any disk holds is refused, with what there is', async () => {
  expect(await codedError(requireDiskSpace(tmpdir(), 1))).toBeUndefined()
  const error = await codedError(requireDiskSpace(tmpdir(), 1e18))
  expect(error).toMatchObject({ code: 'DISK_FULL', found: expect.stringMatching(/^\d+$/) })
})
