#!/usr/bin/env node
import { runCommand } from './program.ts';
import { realShell } from './shell.ts';

/** Sockets that are kept alive must not hold up a command that is done, but what is still to be written must get out. */
const lingerMs = 1_000;

process.exitCode = await runCommand(process.argv.slice(2), realShell());
setTimeout(leave, lingerMs).unref();

function leave(): void {
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
  setTimeout(leave, lingerMs).unref();
}
