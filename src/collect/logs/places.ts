import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { hasCode, whyUnreadable } from '../../files/file-error.ts';
import { UnreadableFileError } from '../../load/bad-row.ts';

/** A file that a source of logs has. */
export interface LogFile {
  readonly path: string;
  /** What it is, whatever it is called. */
  readonly inode: string;
  readonly size: number;
  readonly changedMs: number;
  /** Whether somebody may write to it: it isn't called as what was rotated away. */
  readonly isLive: boolean;
  /** Whether it was named itself, and not found. */
  readonly isNamed: boolean;
}

/** The file that a path names, or those of the folder that it names; hidden ones are none. @throws UnreadableFileError */
export async function logFiles(path: string): Promise<LogFile[]> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return await existing([path], true, true);
    const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
    return await existing(
      names.map((name) => join(path, name)),
      true,
      false,
    );
  } catch (cause) {
    throw new UnreadableFileError(path, `can't be read: ${whyUnreadable(cause)}`, { cause });
  }
}

/**
 * Likewise, for who follows them: the file needn't be there yet, and files come with it that are called
 * as what was rotated away from it (`access.log.1`, `access.log-20261129.gz`, `access-2026-11-29.log`).
 */
export async function followedFiles(path: string): Promise<LogFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw new UnreadableFileError(path, `can't be read: ${whyUnreadable(cause)}`, { cause });
  });
  if (found?.isDirectory()) return logFiles(path);
  const isRotated = rotatedFrom(basename(path));
  const names = await readdir(dirname(path)).catch(() => []);
  const rotated = names.filter((name) => isRotated.test(name)).map((name) => join(dirname(path), name));
  return [...(await existing(rotated, false, false)), ...(await existing([path], true, true))];
}

/** What names tell that a file was rotated away from one of this name. */
export function rotatedFrom(name: string): RegExp {
  const ending = extname(name);
  const [stem, end] = [name.slice(0, name.length - ending.length), ending].map((part) =>
    part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(
    `^(?:${stem}${end}[._-](?:\\d[\\dTZ.:_-]*|old)|${stem}[._-]\\d[\\dTZ.:_-]*${end})(?:\\.(?:gz|bz2|zst))?$`,
  );
}

async function existing(paths: readonly string[], isLive: boolean, isNamed: boolean): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const path of paths) {
    try {
      const found = await stat(path, { bigint: true });
      if (found.isDirectory()) continue;
      const { dev, ino, size, mtimeMs } = found;
      files.push({
        path,
        inode: `${dev}:${ino}`,
        size: Number(size),
        changedMs: Number(mtimeMs),
        isLive,
        isNamed,
      });
    } catch (error) {
      // It was renamed or removed meanwhile: another look finds it by its new name.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return files.toSorted((a, b) => a.changedMs - b.changedMs);
}
