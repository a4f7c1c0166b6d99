import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { nodeDisk } from '../../disk/node-disk.ts';
import { FILE_LOG_SETTINGS, FileLog, type FileLogSettings } from './file-log.ts';
import { FileLogReader } from './file-log-reader.ts';
import type { Timing } from './group-commit.ts';
import { lockFolder } from './writer-lock.ts';

/** The clock and the timers of this machine. */
const systemTiming: Timing = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Opens the event log in a folder of this machine for writing and reading.
 * @param holder who opens it: a command and its place, shown to people who find the log locked
 * @throws LogLockedError, EngineError: as `FileLog.open`
 */
export function openFileLog(
  path: string,
  holder: string,
  settings: Partial<FileLogSettings> = {},
): Promise<FileLog> {
  const folder = resolve(path);
  return FileLog.open({
    folder,
    disk: nodeDisk,
    timing: systemTiming,
    randomTag: () => randomBytes(8),
    lock: () => lockFolder(folder, holder),
    settings: { ...FILE_LOG_SETTINGS, ...settings },
  });
}

/** Opens the event log in a folder of this machine for reading, while another process writes it. */
export function openFileLogReader(path: string): FileLogReader {
  return new FileLogReader(nodeDisk, resolve(path));
}
