import type { Command } from 'commander';
import { type Flags, readConfig, type Config } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { importFiles, type ImportReport } from '../load/import.ts';
import { coveredDates } from '../load/selection.ts';
import { metricNamed, UsageError } from './named-metrics.ts';
import { EVENTS, type ImportOptions, NOTE, percent, RANGE, wholeNumber } from './options.ts';
import { ProgressBar } from './progress-bar.ts';
import { changesIn, count, say } from './report.ts';
import { selectionOf } from './selection.ts';
import { withEngines, writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .argument('<metric>', `its name, as in the catalogue; or ${EVENTS}: events for kraken aggregate`)
    .argument('<file...>', 'paths; - is standard input')
    .option('--replace <range>', `first remove the stored rows of these ${RANGE}`)
    .option('--skip-bad <n>', 'skip up to this many bad rows, and report them', wholeNumber, 0)
    .option(
      '--complete',
      'each file is complete: if a row is absent from its periods, nothing happened',
      false,
    )
    .option('--covers <range>', `the files are complete for exactly these ${RANGE}`)
    .option('--note <text>', NOTE)
    .option(
      '--project <name>',
      `for ${EVENTS}: the project of the files' wiki, if Kraken doesn't know the wiki; for dumps: if the name doesn't say it`,
    )
    .option('--period <date>', "for dumps: the hour's start, day or month, if the name doesn't say it")
    .option('--agent <agent>', "for dumps: user, spider or automated, if the name doesn't say it")
    .option('--partial', 'for dumps: also make days and months of which files are missing', false)
    .option(
      '--bad-share <percent>',
      'for dumps: the share of malformed lines that a file may have',
      percent,
      0.1,
    )
    .action(async (name: string, files: string[], options: Flags & ImportOptions) => {
      const config = readConfig(process.env, options);
      if (name === EVENTS) {
        const { importEventsCommand } = await import('./import-events.ts');
        await importEventsCommand(config, files, options);
        return;
      }
      const { formatsNamed } = await import('../dumps/formats/formats.ts');
      if (formatsNamed(name)) {
        const { importDumpsCommand } = await import('./import-dumps.ts');
        await importDumpsCommand(config, name, files, options);
        return;
      }
      const metric = await metricNamed(name, config, [EVENTS]);
      if (options.project !== undefined)
        throw new UsageError(`--project is only for ${EVENTS}: rows of ${name} contain their projects`);
      await importCommand(config, metric, files, options);
    });
}

/** `kraken import`: loads files and reports the result on standard error. @throws what `importFiles` throws */
async function importCommand(
  config: Config,
  metric: Metric,
  files: readonly string[],
  flags: Pick<ImportOptions, 'replace' | 'skipBad' | 'complete' | 'covers' | 'note'>,
): Promise<void> {
  const replace = flags.replace === undefined ? {} : { replace: selectionOf({ range: flags.replace }) };
  const covers = flags.covers === undefined ? {} : { covers: coveredDates(flags.covers, Date.now()) };
  await withEngines(config, async (engines) => {
    const bar = new ProgressBar(metric.name);
    try {
      const report = await importFiles({
        ...writer(config, `kraken import ${metric.name}`),
        ...engines,
        metric,
        files,
        skipBad: flags.skipBad,
        complete: flags.complete,
        ...covers,
        ...replace,
        ...(flags.note === undefined ? {} : { note: flags.note }),
        onProgress: bar.onProgress,
      });
      bar.stop();
      for (const { message } of report.skipped) say(`skipped ${message}`);
      const speed = `${report.seconds.toFixed(1)} s, ${count(report.rowsPerSecond)} rows/s`;
      say(
        `${metric.name}: ${count(report.rows)} rows read in ${speed}; ${changesIn(report.changed)}${lateIn(report)}.`,
      );
      if (report.repeated > 0)
        say(`${count(report.repeated)} of them repeat earlier rows of these files, with the same numbers.`);
    } finally {
      bar.stop();
    }
  });
}

/** Mentions cells that an earlier import left unpublished: it was killed, or the metric's home has changed since. */
function lateIn({ changed, published }: ImportReport): string {
  return changed.length === 0 && published && published.cells > 0
    ? `, but ${count(published.cells)} cells of an earlier import were published`
    : '';
}
