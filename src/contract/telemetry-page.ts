import { Telemetry } from '../api/http/telemetry.ts';
import { CollectTelemetry } from '../collect/collect-telemetry.ts';

interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
}

/**
 * What `/metrics` of the operators' port has, for people, as Markdown: docs/telemetry.md. Those of the
 * process and of Node (`process_…`, `nodejs_…`) are prom-client's, and other ones on every system.
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
  const found = (await telemetry.registry.getMetricsAsJSON()) as unknown as readonly (Described & {
    readonly values: readonly { readonly labels: object }[];
  })[];
  const rows = found
    .filter(({ name }) => name.startsWith('kraken_'))
    .map(({ name, type, help, values }) => {
      // `le` is a histogram's own.
      const labels = Object.keys(values[0]?.labels ?? {}).filter((label) => label !== 'le');
      return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;
    });
  return [
    '# Telemetry',
    '',
    "What `/metrics` of the operators' port shows to Prometheus, printed from the code by `npm run contract`. Beside it are the usual numbers of the process and of Node: `process_…` and `nodejs_…`.",
    '',
    '| name | kind | labels | what it says |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
