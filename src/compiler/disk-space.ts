import { statfs } from 'node:fs/promises'
import { OutriderError } from '#errors'

/** Throws DISK_FULL when the disk of the folder has not so many bytes left, before they are written for nothing. */
export const requireDiskSpace = async (folder: string, bytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= bytes) return
  throw new OutriderError({
    code: 'DISK_FULL',
    expected: `${bytes} free bytes on the disk of ${folder}`,
    found: `${bavail * bsize}`,
    next: 'free space, or name another disk',
  })
}
