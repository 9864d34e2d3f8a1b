import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../source-text.ts';

/** How a process of the product came to its end. */
export interface Ended {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** What `run --json` printed; null where it printed nothing. */
  readonly report: Report | null;
  readonly stderr: string;
}

const counts = z.object({ crm: z.number(), desk: z.number() });
const reportSchema = z.object({
  syncs: z.record(
    z.string(),
    z.object({ seen: z.number(), created: counts, updated: counts, held: z.number(), failed: z.number() }),
  ),
  calls: z.record(z.string(), z.object({ read: z.number(), write: z.number(), login: z.number() })),
});
export type Report = z.infer<typeof reportSchema>;

/** A process that is still there after this long (ms) hangs. */
const patienceMs = 180_000;

export interface Circumstances {
  /** SYNCLINE_CRASH: the point at which the process kills itself. */
  readonly crash?: string | undefined;
  /** The clock of the process is ahead by so much (ms): as if it had been started later. */
  readonly laterMs?: number | undefined;
}

/** `syncline COMMAND` as a process of its own, as a person would start it. */
export async function runProduct(args: readonly string[], { crash, laterMs = 0 }: Circumstances = {}): Promise<Ended> {
  const clock = `const now = Date.now; Date.now = () => now() + ${laterMs};`;
  const node = laterMs === 0 ? [] : ['--import', `data:text/javascript,${encodeURIComponent(clock)}`];
  const child = spawn(process.execPath, [...node, join(root, 'src/cli/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patienceMs,
    killSignal: 'SIGTERM',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...(crash === undefined ? {} : { SYNCLINE_CRASH: crash }) },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((done, broken) => {
    child.once('error', broken);
    child.once('close', (code, signal) => done({ code, signal }));
  });
  const report = code === null || stdout === '' ? null : (reportSchema.safeParse(JSON.parse(stdout)).data ?? null);
  return { code, signal, report, stderr };
}
