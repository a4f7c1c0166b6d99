import type { Answer } from '../core/answer.ts';
import { licenceOf, rowFields } from '../core/metric.ts';

/** What the columns of an answer's table mean, and whose they are. */
export function renderMetadata({ metric }: Answer): Buffer {
  const { name, title, doc, source } = metric;
  return Buffer.from(
    JSON.stringify({ name, title, doc, source, licence: licenceOf(metric), columns: rowFields(metric) }),
  );
}
