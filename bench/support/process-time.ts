import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Clock ticks a second in /proc: 100 on every Linux (USER_HZ). */
const TICKS_PER_SECOND = 100;

/**
 * Processor time that a process has taken until now, user and system, in seconds: fields 14 and 15 of proc_pid_stat(5);
 * the second, in brackets, may hold spaces. NaN where the system does not tell.
 */
export async function processSeconds(pid: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

/** Processor time that everything on the machine has taken until now, user and system, in seconds. */
export function machineSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.sys, 0) / 1_000;
}
