import { readFileSync } from 'node:fs';

/** What a lock needs to know of the processes of this machine. */
export interface ProcessTable {
  /** Ours. */
  readonly pid: number;
  alive(pid: number): boolean;
  /** Something that differs between two processes that had the same pid one after the other; null where this machine does not tell. */
  startOf(pid: number): string | null;
}

export const thisMachine: ProcessTable = {
  pid: process.pid,
  alive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // EPERM: it is there, and belongs to somebody else.
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  },
  startOf(pid) {
    try {
      // Linux: the boot, and the clock ticks from it to the start of the process, field 22 of proc(5) stat. The second field is the
      // program's name in parentheses and may itself hold blanks and parentheses: so count from the last one.
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
    } catch {
      return null;
    }
  },
};
