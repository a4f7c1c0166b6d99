import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { refine, type Span, touchedPeriods } from '../core/time/time.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { type ExportFormat, rowTextOf } from './row-text.ts';
import { conditionsOf, type Selection, spansOf } from './selection.ts';

export interface ExportOptions extends Selection {
  readonly format: ExportFormat;
}

/**
 * Writes the stored rows of a metric in order of time, and within a month of days or a year of months in
 * order of dimensions. Import reads them back to the same cells. Months that are sums of days are not stored,
 * so they are not written. They can be summed from the days again.
 * @returns the number of rows written
 * @throws SelectionError, EngineError; errors of `out`
 */
export async function exportMetric(
  metric: Metric,
  warehouse: Warehouse,
  options: ExportOptions,
  out: Writable,
  signal: AbortSignal,
): Promise<number> {
  const table = tableOf(metric);
  const state = (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
  const where = conditionsOf(metric, options);
  const text = rowTextOf(metric, options.format);
  let rows = 0;
  await write(out, text.header, signal);
  for (const span of spansOf(metric, options, state).flatMap(chunksOf)) {
    for await (const batch of warehouse.select({ table, ...span, where }, signal)) {
      rows += batch.length;
      await write(out, text.add(batch), signal);
    }
    await write(out, text.end(), signal);
  }
  return rows;
}

/** Cuts a span into pieces that an engine can sort in little memory: a year of months, a month of anything finer. */
function chunksOf(span: Span): Span[] {
  const unit = span.grain === 'monthly' ? 'yearly' : 'monthly';
  const units = touchedPeriods(span, unit);
  const pieces: Span[] = [];
  for (let ordinal = units.first; ordinal <= units.last; ordinal++) {
    const piece = refine({ grain: unit, first: ordinal, last: ordinal }, span.grain);
    pieces.push({
      grain: span.grain,
      first: Math.max(piece.first, span.first),
      last: Math.min(piece.last, span.last),
    });
  }
  return pieces;
}

async function write(out: Writable, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (out.destroyed) throw out.errored ?? new Error('the output was closed');
  if (text !== '' && !out.write(text)) await once(out, 'drain', { signal });
}
