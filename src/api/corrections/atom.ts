import { type CorrectionEntry, correctionInWords } from '../../core/question/corrections.ts';
import type { AtomEntry } from '../http/atom.ts';

/** A correction as an entry of an Atom feed. @param base the public address of the API */
export function atomEntryOf(entry: CorrectionEntry, base: string): AtomEntry {
  const { id, metric, at, why } = entry;
  return {
    id: `${base}/corrections#${id}`,
    title: `${metric}: ${entry.from === entry.to ? entry.from : `${entry.from} to ${entry.to}`}`,
    updated: at,
    link: `${base}/corrections?metric=${encodeURIComponent(metric)}`,
    categories: [{ term: metric }, { term: why, scheme: `${base}/corrections#why` }],
    summary: correctionInWords(entry),
  };
}
