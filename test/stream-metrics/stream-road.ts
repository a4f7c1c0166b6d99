import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { schemaFor } from '../../src/api/graphql/schema.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import { type Grain, GRAINS, startOf } from '../../src/core/time/time.ts';
import { build } from '../../src/datasets/build.ts';
import { mistakeLine } from '../../src/datasets/mistake.ts';
import { aggregate, type Aggregated } from '../../src/load/aggregate.ts';
import { storedGrains } from '../../src/load/periods.ts';
import { openFileLog } from '../../src/log/files/open.ts';
import { openLoader } from '../../src/raw/open-loader.ts';
import { datasetStreams } from '../../src/setup/dataset-streams.ts';
import { readStreams } from '../../src/streams/folder.ts';
import { streamSources } from '../../src/stream-metrics/stream-source.ts';
import { remoteIn } from '../datasets/folder.ts';
import { type Engines, enginesIn, SIGNAL } from '../load/engines.ts';
import { WRITER } from '../load/event-files.ts';
import { temporaryFolder } from '../load/files.ts';

/** An event: when it was received, and its fields. */
export type Event = { readonly dt: string } & Readonly<Record<string, unknown>>;

/** A stream of orders. */
export const ORDERS = `stream: order
title: Orders
owner: shop@example.org
fields:
  item: text
  page: text
  amount: number
  pieces: integer
  gift: boolean
  note: text
  customer: { type: text, personal: true }
  placed: time
retention: 40 days
personal: { keep: 2 days }
`;

/** The road from events to numbers: the real log, loader and lake, with a clock of the test's own. */
export interface StreamRoad {
  readonly folder: string;
  readonly engines: Engines;
  /** Loads events, at a time of the clock: what is to be removed by then is removed as well. */
  load(events: readonly Event[], now: string): Promise<void>;
  /** Declares streams in place of the ones before. */
  declare(streams: string): Promise<void>;
  /** Makes the data sets of a text of YAML. */
  make(datasets: string): Promise<readonly Aggregated[]>;
  /** The metric of a data set that was made last. */
  metric(name: string): Metric;
  /** The rows of a data set: `2024-03-01 VALUE … NUMBER …`. */
  rows(name: string): Promise<string[]>;
}

export async function streamRoad(t: TestContext, declared = ORDERS): Promise<StreamRoad> {
  const folder = temporaryFolder(t);
  const [lake, streamFolder] = [join(folder, 'lake'), join(folder, 'streams')];
  await mkdir(streamFolder);
  await writeFile(join(streamFolder, 'streams.yaml'), declared);
  const engines = await enginesIn(t, folder);
  const log = await openFileLog(join(folder, 'log'), 'a test');
  t.after(() => log.close());
  let metrics: readonly Metric[] = [];
  let [count, made] = [0, 0];
  const metric = (name: string): Metric => {
    const found = metrics.find((known) => known.name === name);
    if (!found) throw new Error(`there is no data set ${name}`);
    return found;
  };
  return {
    folder,
    engines,
    metric,
    declare: (streams) => writeFile(join(streamFolder, 'streams.yaml'), streams),
    load: async (events, now) => {
      const { streams } = await readStreams([streamFolder]);
      const values = events.map(({ dt, ...fields }) =>
        Buffer.from(JSON.stringify({ meta: { stream: 'order', id: `e${count++}`, dt }, ...fields })),
      );
      if (values.length > 0) await log.append('order', values);
      const clock = { now: () => Date.parse(now) };
      const options = { lake, log, streams: () => streams, holder: 'a test', signal: SIGNAL, clock };
      const { loader, close } = await openLoader(options);
      await loader.round(SIGNAL);
      await loader.upkeep(SIGNAL, true);
      await close();
    },
    make: async (datasets) => {
      const datasetFolder = join(folder, `datasets-${made++}`);
      await mkdir(datasetFolder);
      await writeFile(join(datasetFolder, 'data.yaml'), datasets);
      const { catalogue, mistakes } = await build({
        folders: [datasetFolder],
        builtIn: [],
        remote: remoteIn(tmpdir()),
        openTable: () => Promise.resolve('there are no tables here.'),
        streams: datasetStreams({ streams: streamFolder }),
        load: () => Promise.resolve(),
        refresh: () => Promise.resolve(),
        stateOf: () => EMPTY_STATE,
        check: schemaFor,
        points: 50_000,
        signal: SIGNAL,
      });
      if (mistakes.length > 0) throw new Error(mistakes.map(mistakeLine).join('\n'));
      metrics = catalogue.metrics;
      return aggregate({ ...WRITER, ...engines, metrics, events: streamSources(lake) });
    },
    rows: async (name) => rowsOf(engines, metric(name)),
  };
}

async function rowsOf({ warehouse }: Engines, metric: Metric): Promise<string[]> {
  const found: string[] = [];
  const [grain] = storedGrains(metric) as [Grain];
  if (!GRAINS.includes(grain)) throw new Error('there is no grain');
  const query = { table: tableOf(metric), grain, first: 0, last: 1e6, where: [] };
  for await (const rows of warehouse.select(query, SIGNAL))
    for (let i = 0; i < rows.length; i++) {
      const start = new Date(startOf(grain, rows.ordinals[i] as number)).toISOString();
      const date = grain === 'hourly' ? start.slice(0, 13) : start.slice(0, 10);
      const numbers = rows.measures.map((column) => column[i]);
      found.push([date, ...rows.dimensions.map((column) => column[i]), ...numbers].join(' '));
    }
  return found.sort();
}
