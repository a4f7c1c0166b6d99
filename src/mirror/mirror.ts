import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { importFiles, type ImportOptions, type ImportReport } from '../load/import.ts';
import { PoliteClient, type PoliteOptions } from './polite-client.ts';
import { type MirrorRequest, requestsOf, type Wanted } from './requests.ts';
import { Spool } from './spool.ts';

export interface MirrorOptions
  extends Wanted, Omit<ImportOptions, 'metric' | 'files' | 'replace' | 'complete' | 'covers'> {
  /** The address before `/metrics`, such as `https://wikimedia.org/api/rest_v1`. */
  readonly base: string;
  /** The folder for answers that aren't imported yet. */
  readonly folder: string;
  readonly client: PoliteOptions;
  /** Receives how many of the requests are answered, before each. */
  readonly onRequest?: (done: number, total: number) => void;
}

export interface MirrorReport {
  readonly requests: number;
  /** The requests that a run before had answered already. */
  readonly known: number;
  /** The requests for which the server has no data. */
  readonly without: number;
  /** Undefined if there are no data at all. */
  readonly imported: ImportReport | undefined;
}

/**
 * Pulls what is wanted from a server of AQS, one request after the other, and imports it at once. If it is stopped or
 * killed, the next run goes on: answers stay in a folder until they are imported, and importing them twice changes nothing.
 * @throws MirrorError; SelectionError; what `importFiles` throws
 */
export async function mirror(options: MirrorOptions): Promise<MirrorReport> {
  const { metric, base, folder, client, signal, onRequest } = options;
  const root = base.replace(/\/+$/, '').replace(/\/metrics$/, '');
  const requests = requestsOf(options);
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const spool = new Spool(join(folder, `${metric.name}-${name}`));
  const polite = new PoliteClient(client);
  let known = 0;
  let without = 0;
  for (const [done, request] of requests.entries()) {
    signal.throwIfAborted();
    onRequest?.(done, requests.length);
    const url = new URL(`${root}/metrics${request.path}`);
    const before = await spool.known(url);
    if (before !== undefined) known++;
    const json = before === undefined ? await polite.get(url, signal) : undefined;
    if (before === undefined) await spool.keep(url, withValues(json, request));
    if (before === 'no data' || (before === undefined && json === undefined)) without++;
  }
  onRequest?.(requests.length, requests.length);
  const files = await spool.files();
  const imported = files.length > 0 ? await importFiles({ ...options, files }) : undefined;
  await spool.clear();
  return { requests: requests.length, known, without, imported };
}

/** Adds the values of dimensions to items that leave them out, because the address has them. */
function withValues(json: unknown, { values }: MirrorRequest): unknown {
  if (json === undefined) return undefined;
  const { items } = json as { items: readonly unknown[] };
  return { items: items.map((item) => (typeof item === 'object' ? { ...values, ...item } : item)) };
}
