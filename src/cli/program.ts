import { Command, CommanderError } from 'commander';
import { adopt } from './commands/adopt.ts';
import { answer } from './commands/answer.ts';
import { answers } from './commands/answers.ts';
import { apply } from './commands/apply.ts';
import { blame } from './commands/blame.ts';
import { check } from './commands/check.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { failures } from './commands/failures.ts';
import { history } from './commands/history.ts';
import { holds } from './commands/holds.ts';
import { link } from './commands/link.ts';
import { login } from './commands/login.ts';
import { pause } from './commands/pause.ts';
import { preview } from './commands/preview.ts';
import { resume } from './commands/resume.ts';
import { retry } from './commands/retry.ts';
import { run } from './commands/run.ts';
import { schema } from './commands/schema.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { sweep } from './commands/sweep.ts';
import { twin } from './commands/twin.ts';
import { undo } from './commands/undo.ts';
import { unlink } from './commands/unlink.ts';
import { worker } from './commands/worker.ts';
import type { Register } from './define.ts';
import { exitCodes, reportError } from './errors.ts';
import { defaults } from './invocation.ts';
import { type Open, open } from './open.ts';
import type { Shell } from './shell.ts';
import { version } from './version.ts';

/** In the order in which help lists them: what a newcomer needs first comes first. */
const commands: readonly Register[] = [
  demo,
  start,
  worker,
  check,
  doctor,
  login,
  preview,
  apply,
  run,
  sweep,
  status,
  history,
  blame,
  holds,
  failures,
  retry,
  answer,
  answers,
  undo,
  link,
  unlink,
  adopt,
  pause,
  resume,
  twin,
  schema,
];

/** Runs one command line (without the program's name); answers its exit code, and never throws. */
export async function runCommand(words: readonly string[], shell: Shell, how: Open = open): Promise<number> {
  let code: number = exitCodes.ok;
  const program = new Command('syncline')
    .description('Keeps a CRM and a help desk in step, both ways.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
      getOutHelpWidth: () => helpWidth(shell.stdout.columns),
      getErrHelpWidth: () => helpWidth(shell.stderr.columns),
    })
    .addHelpText('after', '\nEvery command has --help with examples.');
  const cli = { shell, open: how, config: { file: String(defaults.config) } };
  const done = (given: number): void => {
    code = given;
  };
  for (const register of commands) register(program, cli, done);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end this way too, with 0; every other word from commander is a mistake in what was typed.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return reportError(error, shell, cli.config.file);
  }
}

function helpWidth(columns: number): number {
  return Number.isFinite(columns) ? columns : 100;
}
