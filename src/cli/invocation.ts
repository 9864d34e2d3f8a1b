import type { CommonOptions } from './define.ts';
import type { Shell } from './shell.ts';

/**
 * How this person calls us, so that a command that we print can be pasted: through the repository's npm script, through npx, or by
 * name; with the folder or the server that this command was given.
 */
export function invocation(
  shell: Pick<Shell, 'environment'>,
  options: Pick<CommonOptions, 'data' | 'url' | 'config'>,
): (command: string) => string {
  const { npm_lifecycle_event: script, npm_command: command } = shell.environment;
  const name =
    script === 'syncline' || script === 'demo'
      ? 'npm run -s syncline --'
      : command === 'exec'
        ? 'npx syncline'
        : 'syncline';
  const where = [
    ...(options.url === undefined ? [] : ['--url', quoted(options.url)]),
    ...(options.data === defaults.data ? [] : ['--data', quoted(options.data)]),
    ...(options.config === defaults.config ? [] : ['--config', quoted(options.config)]),
  ];
  return (rest) => [name, rest, ...where].join(' ');
}

export const defaults = { config: 'syncline.yaml', data: '.syncline' } as const;

/** A word for a POSIX shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
