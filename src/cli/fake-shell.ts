import type { App } from '../app/app.ts';
import type { Service } from '../app/service.ts';
import { silentLog, type World } from '../model/world.ts';
import type { Open, OpenOptions } from './open.ts';
import { runCommand } from './program.ts';
import type { Shell } from './shell.ts';

export const noon = Date.parse('2026-11-20T12:00:00Z');

export interface FakeShell extends Shell {
  readonly out: () => string;
  readonly err: () => string;
  /** Ctrl-C, `ms` after the last one. */
  readonly interrupt: (ms?: number) => void;
  readonly exits: readonly number[];
}

export interface FakeShellOptions {
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly world?: Partial<World>;
  /** What comes in on stdin. */
  readonly stdin?: string;
}

/** A shell for tests: its streams are kept, its clock stands at noon and moves with `sleep`. */
export function fakeShell(options: FakeShellOptions = {}): FakeShell {
  const { terminal = false, columns = terminal ? 80 : Number.POSITIVE_INFINITY } = options;
  const out: string[] = [];
  const err: string[] = [];
  let now = noon;
  const exits: number[] = [];
  const listeners = new Set<() => void>();
  const world: World = {
    fetch: (request) => fetch(request),
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    random: () => 0.5,
    log: silentLog,
    ...options.world,
  };
  return {
    stdout: { write: (text) => void out.push(text), terminal, columns },
    stderr: { write: (text) => void err.push(text), terminal, columns },
    stdin: ReadableStream.from([new TextEncoder().encode(options.stdin ?? '')]),
    environment: options.environment ?? {},
    world: () => world,
    now: () => now,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code) => void exits.push(code),
    out: () => out.join(''),
    err: () => err.join(''),
    interrupt(ms = 5_000) {
      now += ms;
      for (const listener of listeners) listener();
    },
    exits,
  };
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** How the app was asked to be opened; null: it was not. */
  readonly opened: OpenOptions | null;
}

/** Runs a command line in this process, against this app. */
export async function runWith(app: App, line: string, shell: FakeShell = fakeShell()): Promise<Ran> {
  let opened: OpenOptions | null = null;
  const open: Open = {
    app: async (options) => {
      opened = options;
      return app;
    },
    service: async (options) => {
      opened = options;
      return asService(app);
    },
  };
  const code = await runCommand(line.split(' ').filter(Boolean), shell, open);
  return { code, out: shell.out(), err: shell.err(), opened };
}

/** An app that, as a service, works until it is stopped. */
export function asService(app: App): Service {
  return {
    ...app,
    warnings: [],
    hooks: { door: async () => null },
    start: (signal) => new Promise((done) => signal.addEventListener('abort', () => done(), { once: true })),
  };
}
