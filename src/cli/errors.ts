import { AnswerRefused, AppError, type Problem } from '../app/app.ts';
import { FaultError, OutageError } from '../model/fault.ts';
import { clean } from './render/text.ts';
import type { Shell } from './shell.ts';

/** The contract's exit codes. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, left: 3, interrupted: 130 } as const;

/** The command was typed wrongly: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Says on stderr why a command could not do its work; answers the exit code. Nobody gets a stack trace who did not ask for one. */
export function reportError(error: unknown, shell: Shell, config: string): number {
  const say = (text: string): void => shell.stderr.write(`${text}\n`);
  if (error instanceof UsageError || error instanceof AnswerRefused) {
    say(`error: ${error instanceof AnswerRefused ? clean(error.message) : error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof AppError) {
    // The message may be a small text of several lines; each line is made safe on its own.
    say(
      error.message
        .split('\n')
        .map((line) => line.slice(0, indentOf(line)) + clean(line.slice(indentOf(line))))
        .join('\n'),
    );
    for (const problem of error.problems) say(problemLine(problem, config));
    return exitCodes.failed;
  }
  if (error instanceof FaultError || error instanceof OutageError) {
    say(clean(error.message));
    return exitCodes.failed;
  }
  say(
    `${clean(error instanceof Error ? error.message : String(error))} — this is a bug in Syncline, please report it.`,
  );
  if (shell.environment.SYNCLINE_LOG === 'debug' && error instanceof Error) say(error.stack ?? '');
  return exitCodes.failed;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** `syncline.yaml:7  syncs.accounts.preset — there is no such preset. Fix: …` */
export function problemLine(problem: Problem, config: string): string {
  const place = problem.line === null ? config : `${config}:${problem.line}`;
  const sentence = clean(problem.problem).replace(/[.\s]+$/, '');
  const fix = problem.fix === '' ? '' : ` Fix: ${clean(problem.fix)}`;
  return `${place}  ${clean(problem.path)} — ${sentence}.${fix}`;
}
