import type { Progress } from '../../app/app.ts';
import type { World } from '../../model/world.ts';
import type { Shell } from '../shell.ts';
import { clean, cut } from './text.ts';
import { counted, duration, number } from './words.ts';

export interface ProgressLine {
  show(progress: Progress): void;
  /** Takes the line away, so that what comes next stands alone. */
  clear(): void;
}

/** On a terminal a line is painted anew at most so often; elsewhere a line is written at most so often. */
const repaintMs = 100;
const lineMs = 10_000;

/** One line that changes on a terminal; where stderr is a file or a pipe, a plain line now and then. */
export function progressLine(shell: Pick<Shell, 'stderr'>, world: Pick<World, 'now'>): ProgressLine {
  const { stderr } = shell;
  let last: number | null = null;
  let shown = false;
  return {
    show(progress) {
      const now = world.now();
      if (last !== null && now - last < (stderr.terminal ? repaintMs : lineMs)) return;
      last = now;
      const text = sentence(progress, now);
      if (!stderr.terminal) return stderr.write(`${text}\n`);
      shown = true;
      stderr.write(`\r\u{1b}[2K${cut(text, stderr.columns - 1)}`);
    },
    clear() {
      if (shown) stderr.write('\r\u{1b}[2K');
      shown = false;
    },
  };
}

/** `accounts: writing, 300 done, 100 under way` */
export function sentence(progress: Progress, now: number): string {
  const underway = progress.underway > 0 ? `, ${number(progress.underway)} under way` : '';
  const what: Readonly<Record<Progress['doing'], string>> = {
    checking: 'checking',
    installing: `installing, ${number(progress.done)} done${leftWords(progress.left)}`,
    reading: `reading, ${number(progress.read)} seen`,
    comparing: `comparing, ${counted(progress.done, 'link')}`,
    planning: `planning, ${counted(progress.done, 'step')}`,
    writing: `writing, ${number(progress.done)} done${underway}${leftWords(progress.left)}`,
    waiting:
      progress.wait === null
        ? `waiting${underway}${leftWords(progress.left)}`
        : `waiting${waitWords(progress.wait.until - now)}: ${clean(progress.wait.reason)}${underway}${leftWords(progress.left)}`,
  };
  return `${progress.sync === null ? '' : `${clean(progress.sync)}: `}${what[progress.doing]}`;
}

/** `, 4,300 left, about 2 min` */
function leftWords(left: Progress['left']): string {
  if (left === undefined || left.records === 0) return '';
  return `, ${number(left.records)} left${left.aboutMs === null ? '' : `, about ${duration(left.aboutMs)}`}`;
}

/** ` 12 s`; nothing where it is about to go on. */
function waitWords(waitMs: number): string {
  return waitMs < 1000 ? '' : ` ${duration(waitMs)}`;
}
