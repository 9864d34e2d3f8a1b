import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Measured {
  readonly exit: number | null;
  /** What the process printed on stdout, as JSON; null where it printed nothing. */
  readonly report: unknown;
  readonly seconds: number;
  readonly peakMb: number;
  /** User and system time of the process. */
  readonly cpuSeconds: number;
}

/** Runs a program of ours to its end and measures it from outside. Linux only: reads /proc. */
export async function measure(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  let peakKb = 0;
  let ticks = 0;
  let exit: number | null | undefined;
  child.on('exit', (code) => {
    exit = code;
  });
  while (exit === undefined) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    const stat = (await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '')).split(' ');
    ticks = Math.max(ticks, Number(stat[13] ?? 0) + Number(stat[14] ?? 0));
    await sleep(50);
  }
  return {
    exit,
    report: text === '' ? null : JSON.parse(text),
    seconds: (performance.now() - started) / 1000,
    peakMb: peakKb / 1024,
    cpuSeconds: ticks / 100,
  };
}
