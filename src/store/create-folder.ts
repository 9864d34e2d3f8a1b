import { PGlite } from '@electric-sql/pglite';

// Run by open.ts in a process of its own: makes an empty database in the folder that is named, and ends.
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: create-folder FOLDER');
const pglite = await PGlite.create({ dataDir: folder });
await pglite.close();
