import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Identifies the boot and the PID namespace that this process runs in. Two processes with the same
 * `MACHINE` can see each other by their PIDs. Host names don't suffice: containers and machines may share
 * one. On systems other than Linux it falls back to the host's name.
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
