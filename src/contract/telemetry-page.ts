import { Telemetry } from '../api/http/telemetry.ts';
import { ListenTelemetry } from '../api/listen/listen-telemetry.ts';
import { CollectTelemetry } from '../collect/collect-telemetry.ts';
import { emptyManifest } from '../raw/manifest.ts';
import { LoadTelemetry } from '../raw/load-telemetry.ts';
import { showCounting } from '../live/live-telemetry.ts';
import { RefineTelemetry } from '../refine/refine-telemetry.ts';
import { CrewTelemetry } from '../workers/crew-telemetry.ts';

interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
}

/**
 * Returns docs/telemetry.md, which describes `/metrics` of the operators' port in Markdown. It leaves out the
 * metrics of the process and of Node (`process_…`, `nodejs_…`): they are prom-client's and differ by system.
 */
export async function telemetryPage(): Promise<string> {
  const nothing = { usage: { bytes: 0, cells: 0, answers: 0 } };
  const telemetry = new Telemetry({
    admission: { underWay: 0 },
    cells: nothing,
    answers: nothing,
    ready: () => true,
    datasets: () => ({ published: 0, mistakes: 0 }),
  });
  telemetry.answered('/', 200, 0);
  const collect = new CollectTelemetry(telemetry.registry, () => true);
  collect.accepted('pageview', 1);
  collect.refused('pageview', 'schema', 1);
  const manifests = new Map([['pageview', { ...emptyManifest('pageview'), watermarkMs: 1 }]]);
  const load = new LoadTelemetry(
    telemetry.registry,
    () => manifests,
    () => 1,
  );
  load.round(new Map([['pageview', { records: 1 }]]));
  new RefineTelemetry(telemetry.registry, () => 1);
  const counting = { asOfMs: 1, revision: 1, firstHours: new Map<string, number>() };
  showCounting(telemetry.registry, { counting, held: 0 }, () => 1);
  const listening = new ListenTelemetry(telemetry.registry, {
    listeners: () => 0,
    feeds: () => ({ feeds: 0, bytes: 0 }),
  });
  listening.ended('left');
  new CrewTelemetry(telemetry.registry, () => 0);
  const found = (await telemetry.registry.getMetricsAsJSON()) as unknown as readonly (Described & {
    readonly values: readonly { readonly labels: object }[];
  })[];
  const rows = found
    .filter(({ name }) => name.startsWith('kraken_'))
    .map(({ name, type, help, values }) => {
      // Every histogram has the label `le`.
      const labels = Object.keys(values[0]?.labels ?? {}).filter((label) => label !== 'le');
      return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
    });
  return [
    '# Telemetry',
    '',
    "Prometheus finds these metrics at `/metrics` of the operators' port. It also finds the usual metrics of the process and of Node, `process_…` and `nodejs_…`. With several workers, all of them are sums over the processes, unless that means nothing ([scaling.md](scaling.md#metrics)). This page is printed from the code by `npm run contract`.",
    '',
    '| name | kind | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
