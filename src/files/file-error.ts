import { EngineError, LeaseHeldError } from '../core/engine-error.ts';

/** Gives what the file system throws, which are plain errors, its type. */
export async function onFiles<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EngineError || cause instanceof LeaseHeldError) throw cause;
    throw new EngineError('files', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Whether an error is the system's, of one of these codes: `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'this user may not read it',
  EPERM: 'the system allows it to nobody',
  ELOOP: 'its links go in a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk fails',
};

/** Why something can't be read, for people and without its path; what isn't the system's keeps its message. */
export function whyUnreadable(error: unknown): string {
  const { code } = error as Partial<NodeJS.ErrnoException>;
  return REASONS[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
}
