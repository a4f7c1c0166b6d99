import type { Config } from '../config/config.ts';
import { EVENTS_GRAIN } from '../core/metric/edit-events.ts';
import { formatDate } from '../core/time/time.ts';
import { makeFolder } from '../files/make-folder.ts';
import { importEvents } from '../load/events/import-events.ts';
import { pseudonymsIn } from '../load/events/pseudonyms.ts';
import { coveredDates, parseDateRange } from '../load/selection.ts';
import { oneProject } from '../metrics/dimensions.ts';
import { orConfigError } from '../config/placed.ts';
import { UsageError } from './named-metrics.ts';
import { ProgressBar } from './progress-bar.ts';
import { changesIn, count, say } from './report.ts';
import { withEngines, writer } from './with-engines.ts';

/** At most this many projects are listed one by one. */
const MAX_PROJECTS_LISTED = 8;

/** `kraken import mediawiki-history`: loads events and reports the result on standard error. @throws what `importEvents` throws */
export async function importEventsCommand(
  config: Config,
  files: readonly string[],
  flags: { replace?: string; skipBad: number; complete: boolean; covers?: string; project?: string },
): Promise<void> {
  const replace = flags.replace === undefined ? {} : { replace: parseDateRange(flags.replace) };
  const covers = flags.covers === undefined ? {} : { covers: coveredDates(flags.covers, Date.now()) };
  const project = flags.project === undefined ? {} : { project: projectNamed(flags.project) };
  const pseudonyms = await pseudonymsIn(await orConfigError('--data', () => makeFolder(config.data)));
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
        ...project,
        ...replace,
        onProgress: bar.onProgress,
      });
      bar.stop();
      for (const { message } of report.skipped) say(`skipped ${message}`);
      const speed = `${report.seconds.toFixed(1)} s, ${count(report.rowsPerSecond)} events/s`;
      say(`${count(report.rows)} events read in ${speed}; ${changesIn(report.changed)}.`);
      if (report.repeated > 0)
        say(`${count(report.repeated)} of them come again later in these files; the last one counts.`);
      for (const { project, first, last } of report.complete.slice(0, MAX_PROJECTS_LISTED))
        say(
          `Complete: ${project} from ${formatDate(EVENTS_GRAIN, first)} to ${formatDate(EVENTS_GRAIN, last + 1)}.`,
        );
      if (report.complete.length > MAX_PROJECTS_LISTED)
        say(`… and ${report.complete.length - MAX_PROJECTS_LISTED} more projects.`);
      if (report.unknownDifferences > 0)
        say(
          `${count(report.unknownDifferences)} revisions have an unknown size change: the files don't say what they changed.`,
        );
      if (report.changed.length > 0) say('Now run kraken aggregate to compute the metrics.');
    } finally {
      bar.stop();
    }
  });
}

/** Returns the normalised name of one project. @throws UsageError for any other text */
function projectNamed(text: string): string {
  const project = oneProject.normalise(text);
  const refusal = oneProject.refuse(project);
  if (refusal !== undefined) throw new UsageError(`--project ${text}: it should be ${oneProject.allowed}`);
  return project;
}
