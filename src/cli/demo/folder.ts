import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../app/app.ts';
import { explained, type FolderOptions, openFolder } from '../../app/folder.ts';

const marker = '.syncline-demo';

/**
 * Empties the demo's own folder: twins keep nothing when they stop, so what was known of their records is worth nothing either.
 * A folder that is not a demo's, or in use, is refused and left as it is.
 */
export async function emptyDemoFolder(options: FolderOptions): Promise<void> {
  try {
    await claim(options.path);
  } catch (error) {
    throw explained(error, options.path);
  }
  const folder = await openFolder(options);
  try {
    const kept = new Set([marker, 'lock']);
    for (const name of await readdir(folder.path))
      if (!kept.has(name)) await rm(folder.file(name), { recursive: true, force: true });
  } finally {
    await folder.close();
  }
}

async function claim(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const before = await readdir(path, { withFileTypes: true });
  if (before.length > 0 && !before.some((entry) => entry.name === marker && entry.isFile()))
    throw new AppError(`${path} holds something that is not a demo. Choose another folder with --data`);
  // Marked before anything else is there: a folder that was left in between would be refused for ever.
  await writeFile(join(path, marker), 'The demo empties this folder each time it starts.\n');
}
