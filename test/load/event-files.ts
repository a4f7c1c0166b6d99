import type { TestContext } from 'node:test';
import { aggregate, type Aggregated } from '../../src/load/aggregate.ts';
import {
  type EventsReport,
  importEvents,
  type ImportEventsOptions,
} from '../../src/load/events/import-events.ts';
import { Pseudonyms } from '../../src/load/events/pseudonyms.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { type Engines, SIGNAL } from './engines.ts';
import { fileWith } from './files.ts';

export const WRITER = { holder: 'a test', waitMs: 10_000, signal: SIGNAL };
export const PSEUDONYMS = new Pseudonyms(Buffer.alloc(32, 7));

/** Imports a text as if it were a file of events. */
export async function importEventText(
  t: TestContext,
  engines: Engines,
  text: string | Buffer,
  options: Partial<ImportEventsOptions> = {},
): Promise<EventsReport> {
  const files = [fileWith(t, 'events', text)];
  return importEvents({ ...WRITER, ...engines, files, pseudonyms: PSEUDONYMS, ...options });
}

export async function aggregateAll(engines: Engines): Promise<readonly Aggregated[]> {
  return aggregate({ ...WRITER, ...engines, metrics: METRICS });
}
