import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { orConfigError } from '../config/placed.ts';
import { importDumps } from '../dumps/import-dumps.ts';
import { formatsNamed } from '../dumps/formats/formats.ts';
import { malformedInWords } from '../dumps/read-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { ImportOptions } from './options.ts';
import { ProgressBar } from './progress-bar.ts';
import { count, say } from './report.ts';
import { withEngines, writer } from './with-engines.ts';

/** At most this many files, days or faults are listed one by one. */
const MOST_LISTED = 12;

/**
 * `kraken import FORMAT`: imports public dumps and reports the result on standard error.
 * @throws what `importDumps` throws; an Error at the end if files were refused
 */
export async function importDumpsCommand(
  config: Config,
  name: string,
  files: readonly string[],
  flags: ImportOptions,
): Promise<void> {
  const formats = formatsNamed(name) ?? [];
  const data = await orConfigError('--data', () => makeFolder(config.data));
  const { period, project, agent, note } = flags;
  const told = { ...(period && { period }), ...(project && { project }), ...(agent && { agent }) };
  await withEngines(config, async (engines) => {
    const bar = new ProgressBar(name);
    try {
      const report = await importDumps({
        ...writer(config, `kraken import ${name}`),
        ...engines,
        formats,
        files,
        shelf: join(resolve(data), 'dumps'),
        told,
        badShare: flags.badShare / 100,
        partial: flags.partial,
        complete: flags.complete,
        ...(note === undefined ? {} : { note }),
        onProgress: bar.onProgress,
      });
      bar.stop();
      report.notices.forEach(say);
      for (const { file, malformed } of report.read)
        if (malformed.length > 0) say(`${file}: lines left out: ${malformedInWords(malformed)}.`);
      const lines = report.read.reduce((sum, one) => sum + one.lines, 0);
      const known = report.known > 0 ? ` (${count(report.known)} were imported before)` : '';
      say(
        `${name}: ${count(report.read.length)} files${known}, ${count(lines)} lines in ${report.seconds.toFixed(1)} s; ` +
          `${count(report.changed.length)} partitions changed, ${count(report.cells)} cells published.`,
      );
      for (const { unit, missing } of report.partial.slice(0, MOST_LISTED))
        say(`${unit} is partial: ${missing.join(', ')} missing.`);
      if (report.partial.length > MOST_LISTED)
        say(`… and ${report.partial.length - MOST_LISTED} more are partial.`);
      report.refused.slice(0, MOST_LISTED).forEach((error) => say(error.message));
      if (report.refused.length > 0)
        throw new Error(`${count(report.refused.length)} files were not imported: see above.`);
    } finally {
      bar.stop();
    }
  });
}
