import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import type { Metric } from '../core/metric/metric.ts';
import { storedGrains } from '../load/periods.ts';
import { parseDateRange } from '../load/selection.ts';
import { mirror } from '../mirror/mirror.ts';
import { metricNamed, UsageError } from './named-metrics.ts';
import { grainOption, METRIC, NOTE, RANGE, type SelectionOptions, whereOption } from './options.ts';
import { ProgressBar } from './progress-bar.ts';
import { changesIn, count, say } from './report.ts';
import { withEngines, writer } from './with-engines.ts';

export function declare(command: Command): void {
  command
    .argument('<url>', 'the address before /metrics, such as https://wikimedia.org/api/rest_v1', address)
    .argument(...METRIC)
    .requiredOption('--range <range>', RANGE)
    .addOption(grainOption)
    .addOption(whereOption)
    .option('--note <text>', NOTE)
    .action(async (base: string, name: string, options: Flags & MirrorFlags) => {
      const config = readConfig(process.env, options);
      await mirrorCommand(config, base, await metricNamed(name, config), options);
    });
}

type MirrorFlags = SelectionOptions & { readonly range: string; readonly note?: string };

/** The interval of lines about the progress. */
const SAY_EVERY_MS = 5000;

/** `kraken mirror`: pulls numbers from a server of AQS into the lake. @throws UsageError; what `mirror` throws */
async function mirrorCommand(
  config: Config,
  base: string,
  metric: Metric,
  flags: MirrorFlags,
): Promise<void> {
  const { contact } = config;
  if (contact === undefined || contact === 'none')
    throw new UsageError(
      'a mirror tells the server whom it can write to: name a contact with --contact mailto:YOU@EXAMPLE.ORG (KRAKEN_CONTACT)',
    );
  const stored = storedGrains(metric);
  const grain = flags.grain ?? (stored.includes('daily') ? 'daily' : stored[0]) ?? 'monthly';
  await withEngines(config, async (engines) => {
    const bar = new ProgressBar(metric.name);
    let said = Date.now();
    try {
      const { requests, known, without, imported } = await mirror({
        ...writer(config, `kraken mirror ${metric.name}`),
        ...engines,
        metric,
        grain,
        range: parseDateRange(flags.range),
        where: flags.where,
        ...(flags.note === undefined ? {} : { note: flags.note }),
        base,
        folder: join(config.data, 'mirror'),
        client: {
          userAgent: `kraken/${VERSION} (${contact.replace(/^mailto:/, '')})`,
          time: { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
          onWait: (ms, why) => say(`The server ${why}; waiting ${count(Math.ceil(ms / 1000))} s.`),
        },
        onRequest: (done, total) => {
          if (Date.now() - said < SAY_EVERY_MS) return;
          said = Date.now();
          say(`${metric.name}: ${count(done)} of ${count(total)} requests answered.`);
        },
        onProgress: bar.onProgress,
      });
      bar.stop();
      const before = known === 0 ? '' : `, ${count(known)} of them by an earlier run`;
      const empty = without === 0 ? '' : `; ${count(without)} have no data`;
      say(
        `${metric.name}: ${count(requests)} ${requests === 1 ? 'request' : 'requests'} answered${before}${empty}.`,
      );
      if (imported) say(`${metric.name}: ${count(imported.rows)} rows read; ${changesIn(imported.changed)}.`);
    } finally {
      bar.stop();
    }
  });
}

/** Reads the address of a server. */
function address(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new InvalidArgumentError('Write an address such as https://wikimedia.org/api/rest_v1.');
  return text;
}
