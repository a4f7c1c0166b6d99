import { EngineError } from '../core/engine-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left for this user',
  ELOOP: 'its links form a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk has failed',
};

/** The path of a setting can't be used. The message is for the operator who set it. */
export class PlaceError extends EngineError {
  /** @param reason what is wrong; the system's reason is added if `cause` has one */
  constructor(path: string, reason: string, options?: { cause?: unknown }) {
    const { code, message } = (options?.cause ?? {}) as Partial<NodeJS.ErrnoException>;
    const system = REASONS[code ?? ''] ?? message;
    const why = system === undefined ? '' : `: ${system}`;
    super('files', `${path} can't be used: ${reason}${why}`, options);
    this.name = 'PlaceError';
  }
}
