import { z } from 'zod';
import { type App, AppError } from '../../app/app.ts';
import { newToken } from '../../app/folder.ts';
import type { Back, LoginReport } from '../../app/login.ts';
import { type Cli, type CommonOptions, defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';
import { invocation } from '../invocation.ts';
import { type BrowserDoor, type Ended, openBrowserDoor } from '../login/browser-door.ts';
import { port } from '../port.ts';
import { painter } from '../render/paint.ts';
import { clean, wrap } from '../render/text.ts';
import { printResult, withApp } from '../with-app.ts';

/** A vendor wants to know the address beforehand, so it should be the same every time. */
const usualPort = 4180;
/** As long as a person may take to find a password and a second factor. */
const patienceMs = 10 * 60_000;

export const login = defineCommand({
  name: 'login',
  arguments: '<connection>',
  summary: 'log a connection in, in the browser',
  description:
    'For a connection whose auth has type: authorization-code. Prints the vendor’s page to open, waits ten minutes for the browser to come back to this machine, and stores the login encrypted; a running service goes on with it at once. The address to come back to must be registered with the vendor. Where the browser is on another machine, forward the port: ssh -L 4180:127.0.0.1:4180 HOST.',
  examples: [
    ['login sales', 'prints the address to open'],
    ['login sales --port 8765', 'comes back to http://localhost:8765/login'],
  ],
  needs: 'app',
  options: (command) => command.option('--port <n>', `the port for the browser (default: ${usualPort})`),
  schema: z.object({ port: port.default(usualPort) }),
  async act(cli, common, options, [connection = '']) {
    const report = await withApp(cli, common, 'login', async (app, signal) => {
      const door = await openBrowserDoor(options.port);
      try {
        return await logIn(cli, common, app, door, connection, signal);
      } finally {
        await door.close();
      }
    });
    const { stdout, environment } = cli.shell;
    printResult(cli, common, report, () => {
      const says = `Connection ${report.connection} is logged in as ${report.user} (${accountOf(report)}).`;
      return `${painter(stdout, environment)('green', wrap(clean(says), stdout.columns))}\n`;
    });
    return exitCodes.ok;
  },
});

async function logIn(
  cli: Cli,
  common: CommonOptions,
  app: App,
  { redirectUri, visit }: BrowserDoor,
  connection: string,
  signal: AbortSignal,
): Promise<LoginReport> {
  const [state, verifier] = [newToken(), newToken()];
  const { address, label } = await app.beginLogin({ connection, redirectUri, state, verifier });
  invite(cli, { address, label, redirectUri });

  const end = async (back: Back): Promise<Ended<LoginReport>> => {
    try {
      const answer = await app.endLogin({ connection, redirectUri, verifier, back });
      const says = [
        `Connection ${connection} is logged in to ${label} as ${answer.user} (${accountOf(answer)}).`,
        'You may close this page.',
      ];
      return { landing: { title: 'Logged in', says, good: true }, result: { answer } };
    } catch (error) {
      const reason = error instanceof AppError ? error.message : 'Something went wrong; the terminal says more.';
      const says = [reason, 'You may close this page.'];
      return { landing: { title: 'Not logged in', says, good: false }, result: { error } };
    }
  };
  let warned = false;
  const stranger = (): void => {
    if (!warned)
      cli.shell.stderr.write('A browser came back from another login, which was not used. Open the address above.\n');
    warned = true;
  };

  const done = new AbortController();
  const waited = cli.shell.world('warn').sleep(patienceMs, AbortSignal.any([signal, done.signal]));
  try {
    const report = await Promise.race([visit(state, end, stranger), waited.then(() => null)]);
    if (report !== null) return report;
  } finally {
    done.abort();
  }
  const why = signal.aborted ? 'it was stopped' : 'no browser came back within ten minutes';
  throw new AppError(
    `Connection ${connection} was not logged in: ${why}. \`${invocation(cli.shell, common)(`login ${connection}`)}\` begins again`,
  );
}

/** On stderr, so that `--json` has stdout for itself. The address stands on a line of its own, to be clicked or copied whole. */
function invite(
  cli: Cli,
  { address, label, redirectUri }: { address: string; label: string; redirectUri: string },
): void {
  const { stderr, environment } = cli.shell;
  const paint = painter(stderr, environment);
  const say = (text: string): string => wrap(text, stderr.columns);
  stderr.write(
    [
      say(`Open this address in a browser, as the user of ${clean(label)} that Syncline is to act as:`),
      '',
      paint('cyan', address),
      '',
      say('It comes back to this one, which the app at the vendor must have among its redirect addresses:'),
      '',
      paint('bold', redirectUri),
      '',
      say('Waiting for the browser; Ctrl-C stops.'),
      '',
    ].join('\n'),
  );
}

function accountOf({ account, environment }: LoginReport): string {
  return environment === 'sandbox' ? `account ${account}, a sandbox` : `account ${account}`;
}
