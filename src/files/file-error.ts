import { EngineError, LeaseHeldError } from '../core/engine-error.ts';

/** Turns the plain errors that the file system throws into an `EngineError`. */
export async function onFiles<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EngineError || cause instanceof LeaseHeldError) throw cause;
    throw new EngineError('files', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Whether an error of the system has one of these codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'this user may not read it',
  EPERM: 'the system does not allow it',
  ELOOP: 'its links form a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk has failed',
};

/** The reason why something can't be read, for people, without its path. Other errors keep their message. */
export function whyUnreadable(error: unknown): string {
  const { code } = error as Partial<NodeJS.ErrnoException>;
  return REASONS[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
}
