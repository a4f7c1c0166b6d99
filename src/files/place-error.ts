import { EngineError } from '../core/engine-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no rights there',
  EPERM: 'the system allows it to nobody',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is none',
  ENOTDIR: 'it is none',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left for this user',
  ELOOP: 'its links go in a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk fails',
};

/** A path of a setting can't hold what it is for. The message is a sentence for whoever set it. */
export class PlaceError extends EngineError {
  /** @param reason what is so; the system's own reason follows where `cause` has one */
  constructor(path: string, reason: string, options?: { cause?: unknown }) {
    const { code, message } = (options?.cause ?? {}) as Partial<NodeJS.ErrnoException>;
    const system = REASONS[code ?? ''] ?? message;
    const why = system === undefined ? '' : `: ${system}`;
    super('files', `${path} can't be used: ${reason}${why}`, options);
    this.name = 'PlaceError';
  }
}
