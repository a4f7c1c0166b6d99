import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { eventLakeOf } from '../config/lake-folder.ts';
import { EDIT_EVENTS, EDIT_STREAM } from '../core/metric/edit-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import { takeEdits } from '../edits/take-edits.ts';
import { aggregate } from '../load/aggregate.ts';
import { pseudonymsIn } from '../load/events/pseudonyms.ts';
import { viewSource } from '../refine/view-source.ts';
import { catalogueWithDatasets } from '../setup/datasets-catalogue.ts';
import { streamSources } from '../stream-metrics/stream-source.ts';
import { unknownMetric, UsageError } from './named-metrics.ts';
import { changesIn, count, say } from './report.ts';
import { withEngines, writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .argument(
      '[metric...]',
      'names of metrics or data sets, as in the catalogue; default: all that are made from events',
    )
    .option(
      '--again',
      'also make periods again whose events have not changed, for instance after a retraction',
      false,
    )
    .action(async (names: string[], options: Flags & { again: boolean }) => {
      const config = readConfig(process.env, options);
      const { metrics, byName } = await catalogueWithDatasets(config, new AbortController().signal);
      const named: Metric[] = [];
      for (const name of names) {
        const metric = byName.get(name);
        if (!metric) throw await unknownMetric(name, [...byName.keys()], config);
        if (!metric.aggregate) throw new UsageError(`${name} isn't made from events: its rows are imported`);
        named.push(metric);
      }
      await aggregateCommand(config, names.length === 0 ? metrics : named, options);
    });
}

/** `kraken aggregate`: computes metrics from events. @throws what `aggregate` throws */
async function aggregateCommand(
  config: Config,
  metrics: readonly Metric[],
  { again }: { again: boolean },
): Promise<void> {
  const lake = eventLakeOf(config);
  const edits = metrics.some((metric) => metric.aggregate?.source === EDIT_EVENTS);
  await withEngines(config, async (engines) => {
    if (lake !== undefined && edits) {
      const taken = await takeEdits({
        ...writer(config, 'kraken aggregate'),
        ...engines,
        lake,
        pseudonyms: () => pseudonymsIn(config.data),
      });
      if (taken) say(`${count(taken.edits)} edits taken from ${EDIT_STREAM}.`);
      if (taken && taken.lostHours > 0)
        say(
          `${count(taken.lostHours)} hours of edits weren't taken: who made them was removed from the raw table before.`,
        );
      if (taken && taken.leftOut > 0)
        say(
          `${count(taken.leftOut)} revisions left out: they were imported into their wiki, or have no project.`,
        );
    }
    const done = await aggregate({
      ...writer(config, 'kraken aggregate'),
      ...engines,
      metrics,
      again,
      ...(lake === undefined ? {} : { views: () => viewSource(lake), events: streamSources(lake) }),
      onDone: ({ metric, made, leftOut, notices, changed, seconds }) => {
        const work = `made in ${seconds.toFixed(1)} s; ${changesIn(changed)}`;
        say(`${metric.name}: ${made.length > 0 ? work : 'its events have not changed'}.`);
        for (const notice of [...leftOut.map(({ reason }) => reason), ...notices])
          say(`${metric.name}: ${notice}`);
      },
    });
    if (done.every(({ made }) => made.length === 0))
      say('There was nothing to do; --again makes everything again.');
  });
}
