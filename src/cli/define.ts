import type { Command } from 'commander';
import { z } from 'zod';
import type { LogLevel } from '../app/world.ts';
import { UsageError } from './errors.ts';
import { defaults, invocation } from './invocation.ts';
import type { Open, OpenOptions } from './open.ts';
import type { Shell } from './shell.ts';

/** What every command can be told. */
export interface CommonOptions {
  readonly json: boolean;
  readonly config: string;
  /** True where a person gave --config: then another config than the running server's is a mistake, not a default. */
  readonly configGiven: boolean;
  readonly data: string;
  readonly url: string | undefined;
}

/** What a command works with. */
export interface Cli {
  readonly shell: Shell;
  readonly open: Open;
  /** The config that messages are about: the given one, or that of the server that is asked. */
  readonly config: { file: string };
}

export interface CommandSetup<Options> {
  readonly name: string;
  /** `<hold> [word]` */
  readonly arguments?: string;
  readonly summary: string;
  /** More than the summary, above the options. */
  readonly description?: string;
  /** Lines to paste, without the program's name; each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /**
   * app: asks a server or opens the folder (--config, --data, --url) · folder: always opens it itself (--config, --data) ·
   * data: only the place of a folder · nothing
   */
  readonly needs: 'app' | 'folder' | 'data' | 'nothing';
  readonly options?: (command: Command) => void;
  /** Checks what was typed; an issue is reported by the option that its path names. */
  readonly schema: z.ZodType<Options>;
  /** Answers the exit code. */
  readonly act: (cli: Cli, common: CommonOptions, options: Options, args: readonly string[]) => Promise<number>;
}

/** Adds a command to the program; `done` gets its exit code. */
export type Register = (program: Command, cli: Cli, done: (code: number) => void) => void;

const commonSchema = z.object({
  json: z.boolean().default(false),
  config: z.string().default(defaults.config),
  data: z.string().default(defaults.data),
  url: z.string().optional(),
});

export function defineCommand<Options>(setup: CommandSetup<Options>): Register {
  return (program, cli, done) => {
    const command = program.command(setup.name);
    for (const argument of setup.arguments?.split(' ') ?? []) command.argument(argument);
    command.summary(setup.summary).description(setup.description ?? setup.summary);
    setup.options?.(command);
    if (setup.needs === 'app' || setup.needs === 'folder')
      command.option('--config <file>', `the config file (default: ${defaults.config})`);
    if (setup.needs !== 'nothing') command.option('--data <dir>', `the data folder (default: ${defaults.data})`);
    if (setup.needs === 'app')
      command.option('--url <url>', 'ask the server there; its token comes from SYNCLINE_TOKEN');
    command.option('--json', 'one JSON value on stdout');
    command.addHelpText('after', examples(setup, cli.shell));
    command.action(async () => {
      const typed = command.opts();
      const { json, config, data, url } = commonSchema.parse(typed);
      cli.config.file = config;
      const checked = setup.schema.safeParse(typed);
      if (!checked.success) throw usageError(checked.error, setup.name, cli.shell);
      const configGiven = command.getOptionValueSource('config') === 'cli';
      done(await setup.act(cli, { json, config, configGiven, data, url }, checked.data, command.args));
    });
  };
}

function examples({ examples: lines }: Pick<CommandSetup<unknown>, 'examples'>, shell: Shell): string {
  const full = invocation(shell, { ...defaults, url: undefined });
  return [
    '',
    lines.length === 1 ? 'Example:' : 'Examples:',
    ...lines.flatMap(([line, does]) => [`  ${full(line)}`, `      ${does}`]),
  ].join('\n');
}

function usageError(error: z.ZodError, name: string, shell: Shell): UsageError {
  const said = error.issues.map((issue) => {
    const option = issue.path.join('.').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return option === '' ? issue.message : `option --${option}: ${issue.message}`;
  });
  const help = invocation(shell, { ...defaults, url: undefined })(`${name} --help`);
  return new UsageError(`${said.join('; ')}\n(\`${help}\` shows how)`);
}

/** How `open` wants to be asked for this command. */
export function openOptions(
  { shell, config }: Cli,
  common: CommonOptions,
  command: string,
  level: LogLevel = 'warn',
): OpenOptions {
  return {
    shell,
    world: shell.world(level),
    config: common.config,
    configGiven: common.configGiven,
    data: common.data,
    url: common.url,
    using: (file) => {
      config.file = file;
    },
    command: `syncline ${command}`,
  };
}
