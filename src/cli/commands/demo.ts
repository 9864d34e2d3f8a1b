import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Service } from '../../app/service.ts';
import type { World } from '../../model/world.ts';
import { createChance } from '../../twins/chance.ts';
import { type Cli, type CommonOptions, defineCommand, openOptions } from '../define.ts';
import { demoConfig } from '../demo/config.ts';
import { emptyDemoFolder } from '../demo/folder.ts';
import { tellStory } from '../demo/story.ts';
import { type DemoTwins, openDemoTwins } from '../demo/twins.ts';
import { exitCodes } from '../errors.ts';
import { interruptible } from '../interrupt.ts';
import { invocation } from '../invocation.ts';
import { port } from '../port.ts';
import { clean, wrap, wrapCommand } from '../render/text.ts';
import { counted, localTime } from '../render/words.ts';
import { serve } from '../serving.ts';

/** Without --fresh everybody sees the same story. */
const usualSeed = 1;

export const demo = defineCommand({
  name: 'demo',
  summary: 'see it work: two simulated systems, the service, and people who keep editing',
  description:
    'Serves a twin of Salesforce and one of Zendesk with sample data, writes a config for them, starts the service, and lets people edit, telling what happens. Everything stays on this machine. Each demo begins anew, since twins keep nothing when they stop; its folder is `demo` inside the data folder.',
  examples: [
    ['demo', 'on port 4000, the twins on 4001 and 4002'],
    ['demo --fresh --port 5000', 'with other edits than usual, on other ports'],
  ],
  needs: 'data',
  options: (command) =>
    command
      .option('--port <n>', 'the port; the twins take the two after it (default: 4000)')
      .option('--fresh', 'other ids, lags and edits than usual'),
  schema: z.object({ port: port.default(4000), fresh: z.boolean().default(false) }),
  async act(cli, common, options) {
    const { shell } = cli;
    const data = join(common.data, 'demo');
    const config = join(data, 'syncline.yaml');
    const own: CommonOptions = { ...common, data, config };
    return interruptible(shell, async (signal) => {
      const opening = openOptions(cli, own, 'demo', 'error');
      const { world } = opening;
      await emptyDemoFolder({ path: data, command: 'syncline demo', environment: shell.environment, now: world.now });
      const seed = options.fresh ? Math.floor(world.random() * 2 ** 31) : usualSeed;
      const twins = await openDemoTwins({ port: options.port, seed, world });
      try {
        const configure = (url: string): Promise<void> =>
          writeFile(config, demoConfig(twins.salesforce, twins.zendesk, url), { mode: 0o600 });
        await configure(`http://127.0.0.1:${options.port}`);
        const service = await cli.open.service(opening);
        try {
          await serveWithStory({
            cli,
            common: own,
            service,
            twins,
            world,
            port: options.port,
            seed,
            signal,
            configure,
          });
        } finally {
          await service.close();
        }
      } finally {
        await twins.close();
      }
      return exitCodes.ok;
    });
  },
});

interface Parts {
  readonly cli: Cli;
  readonly common: CommonOptions;
  readonly service: Service;
  readonly twins: DemoTwins;
  readonly world: World;
  readonly port: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Writes the config with the address at which Zendesk reaches the service: a free port is known only once it is taken. */
  readonly configure: (url: string) => Promise<void>;
}

/** The service and the story end together. A story that cannot go on ends the demo with its reason rather than a silent screen. */
async function serveWithStory(parts: Parts): Promise<void> {
  const { cli, common, service, twins, world, port, seed, signal, configure } = parts;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const failures: unknown[] = [];
  let story = Promise.resolve();
  try {
    await serve({ service, world, port, data: common.data, config: common.config }, until, async (url) => {
      await configure(url);
      introduce(cli, common, url, twins);
      const say = teller(cli, common.json);
      await installPackage(service, say);
      const chance = createChance(`${seed}/people`);
      story = tellStory({ app: service, twins, world, chance, say, signal: until })
        .catch((error: unknown) => void failures.push(error))
        .finally(() => over.abort());
    });
  } finally {
    over.abort();
    await story;
  }
  for (const failure of failures) throw failure;
}

/** What somebody who sets it up types first: the case fields that tickets go into. */
async function installPackage(service: Service, say: (line: string) => void): Promise<void> {
  const rows = await service.doctor({ install: 'package', connection: 'sales' });
  const fields = rows.filter(({ check, ok }) => ok && check.includes('package:Case.')).length;
  say(`Syncline: somebody types \`doctor --install package\`: ${counted(fields, 'case field')} for tickets`);
}

function introduce({ shell }: Cli, common: CommonOptions, url: string, twins: DemoTwins): void {
  const { stdout } = shell;
  if (common.json) {
    const about = {
      url,
      data: common.data,
      config: common.config,
      twins: { salesforce: twins.salesforce.url, zendesk: twins.zendesk.url },
    };
    stdout.write(`${JSON.stringify(about)}\n`);
    return;
  }
  // The server knows its config, so only the folder has to be named.
  const tell = invocation(shell, { data: common.data, config: 'syncline.yaml', url: undefined });
  const command = (line: string): string => wrapCommand(tell(line), stdout.columns, '    ');
  const sentence = (text: string): string => wrap(text, stdout.columns);
  stdout.write(
    [
      sentence(`Syncline runs at ${url}, with two simulated systems on this machine:`),
      `  Salesforce  ${twins.salesforce.url}/_twin`,
      `  Zendesk     ${twins.zendesk.url}/_twin`,
      sentence('Open them in a browser to look inside and to edit records yourself.'),
      sentence('Look from a second shell:'),
      command('status'),
      command('holds'),
      command('preview'),
      command('history --limit 5'),
      command('history --sync tickets --limit 2'),
      command('undo --since 2m --preview'),
      command('sweep'),
      sentence(
        `The config is ${common.config}. The twins run with short lags; \`syncline twin\` has the real ones. Zendesk tells of tickets at once, by a webhook; what else is edited there takes up to a minute: integrations are not shown anything younger.`,
      ),
      'Ctrl-C stops it all.',
      '',
      '',
    ].join('\n'),
  );
}

/** A line of the story with its time. With --json stdout is for the one value, so the story goes to stderr. */
function teller({ shell }: Cli, json: boolean): (line: string) => void {
  const output = json ? shell.stderr : shell.stdout;
  return (line) => {
    const time = `${localTime(new Date(shell.now()).toISOString()).slice(11)}  `;
    // Lines that go on stand below the text, so that the times make a column.
    const text = wrap(clean(line), output.columns, ' '.repeat(time.length)).trimStart();
    output.write(`${time}${text}\n`);
  };
}
