import { changesIn, count, say, withEngines, writer } from './commands.ts';
import type { Config } from './config.ts';
import type { Metric } from './core/metric.ts';
import { makeFolder } from './files/make-folder.ts';
import { aggregate } from './load/aggregate.ts';
import { importEvents } from './load/events/import-events.ts';
import { pseudonymsIn } from './load/events/pseudonyms.ts';
import { parseDateRange } from './load/selection.ts';
import { placed } from './placed.ts';
import { ProgressBar } from './progress-bar.ts';

/** `kraken import mediawiki-history`: loads events, and says on stderr what came of it. @throws what `importEvents` throws */
export async function importEventsCommand(
  config: Config,
  files: readonly string[],
  flags: { replace?: string; skipBad: number; complete: boolean; covers?: string },
): Promise<void> {
  const replace = flags.replace === undefined ? {} : { replace: parseDateRange(flags.replace) };
  const covers = flags.covers === undefined ? {} : { covers: parseDateRange(flags.covers) };
  const pseudonyms = await pseudonymsIn(await placed('--data', () => makeFolder(config.data)));
  await withEngines(config, async (engines) => {
    const bar = new ProgressBar('mediawiki-history');
    try {
      const report = await importEvents({
        ...writer(config, 'kraken import mediawiki-history'),
        ...engines,
        files,
        pseudonyms,
        skipBad: flags.skipBad,
        complete: flags.complete,
        ...covers,
        ...replace,
        onProgress: bar.onProgress,
      });
      bar.stop();
      for (const { message } of report.skipped) say(`skipped ${message}`);
      const speed = `${report.seconds.toFixed(1)} s, ${count(report.rowsPerSecond)} events/s`;
      say(`${count(report.rows)} events read in ${speed}; ${changesIn(report.changed)}.`);
      if (report.unknownDifferences > 0)
        say(
          `Of ${count(report.unknownDifferences)} revisions it isn't known what they added: what they changed isn't in the files.`,
        );
      if (report.changed.length > 0) say('kraken aggregate makes the metrics of them.');
    } finally {
      bar.stop();
    }
  });
}

/** `kraken aggregate`: makes metrics of events. @throws what `aggregate` throws */
export async function aggregateCommand(
  config: Config,
  metrics: readonly Metric[],
  { again }: { again: boolean },
): Promise<void> {
  await withEngines(config, async (engines) => {
    const done = await aggregate({
      ...writer(config, 'kraken aggregate'),
      ...engines,
      metrics,
      again,
      onDone: ({ metric, months, changed, seconds }) => {
        const work = `${count(months)} ${months === 1 ? 'month' : 'months'} in ${seconds.toFixed(1)} s`;
        say(
          `${metric.name}: ${months === 0 ? 'its events are as they were' : `${work}; ${changesIn(changed)}`}.`,
        );
      },
    });
    if (done.every(({ months }) => months === 0))
      say('Nothing was to be done; --again makes all months anew.');
  });
}
