import { createReadStream } from 'node:fs';
import { AppError } from '../app/app.ts';
import { readLines } from '../server/lines.ts';
import type { Shell } from './shell.ts';

/** The lines of a file as they are read, `-`: of stdin; empty ones are left out. Throws AppError where it cannot be read. */
export async function* textLines(shell: Pick<Shell, 'stdin'>, file: string): AsyncGenerator<string> {
  try {
    for await (const line of readLines(file === '-' ? shell.stdin : createReadStream(file))) yield line;
  } catch (cause) {
    throw new AppError(`${file} ${reasonOf(cause)}`, [], { cause });
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'not found';
  if (code === 'EISDIR') return 'is a folder, not a file';
  if (code === 'EACCES') return 'cannot be read by this user';
  return `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
}
