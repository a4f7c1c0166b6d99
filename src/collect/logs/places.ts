import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { hasCode, whyUnreadable } from '../../files/file-error.ts';
import { UnreadableFileError } from '../../load/bad-row.ts';

/** A file of a source of logs. */
export interface LogFile {
  readonly path: string;
  /** Identifies the file, whatever its name. */
  readonly inode: string;
  readonly size: number;
  readonly changedMs: number;
  /** Whether somebody may write to it: its name isn't that of a rotated file. */
  readonly isLive: boolean;
  /** Whether the user named this file. */
  readonly isNamed: boolean;
}

/** Returns the file of a path, or the files of a folder without hidden ones. @throws UnreadableFileError */
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
 * Likewise for following: the file need not exist yet, and files with the names of its rotated files are added
 * (`access.log.1`, `access.log-20261129.gz`, `access-2026-11-29.log`).
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

/** Returns the pattern of the names of a log's rotated files. */
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
      // It was renamed or removed. The next check finds it by its new name.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return files.toSorted((a, b) => a.changedMs - b.changedMs);
}
