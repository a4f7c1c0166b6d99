import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A short text for this running machine, as far as numbers of processes go: where two processes have
 * the same one, each sees the other by its number. Names of hosts don't tell that: containers may share
 * one, and so may machines. Where the system doesn't tell (it isn't Linux) it is made of the host's name.
 */
export const MACHINE = createHash('sha256').update(machineId()).digest('hex').slice(0, 16);

function machineId(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
