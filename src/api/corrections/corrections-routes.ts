import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metric } from '../../core/metric/metric.ts';
import { isoTime } from '../../core/question/as-of.ts';
import type { CorrectionEntry } from '../../core/question/corrections.ts';
import { FORMATS } from '../../formats/formats.ts';
import { madeNow } from '../../read/answer-cache.ts';
import type { Road } from '../../read/road.ts';
import { ATOM_TYPE, atomOf } from '../http/atom.ts';
import { baseUrlOf } from '../http/base-url.ts';
import type { Compressor } from '../http/conditional.ts';
import { documentOf } from '../http/documents.ts';
import { notAcceptable, preferenceAmong } from '../http/negotiate.ts';
import { sendRendered } from '../http/send.ts';
import { correctionsAsked } from './asked.ts';
import { atomEntryOf } from './atom.ts';
import { correctionsPage } from './entries.ts';

export interface CorrectionsOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  /** The public address of the API. If undefined, each request's own address is used. */
  readonly baseUrl: string | undefined;
}

const TYPES = [FORMATS.json.type, ATOM_TYPE] as const;
const typeWanted = preferenceAmong(TYPES);

/** Registers `/corrections`: changes of numbers that were served, as JSON or as an Atom feed. */
export function registerCorrections(
  app: FastifyInstance,
  { road, compressor, baseUrl }: CorrectionsOptions,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { pathname, searchParams } = new URL(request.originalUrl, 'http://host');
    const asked = correctionsAsked(searchParams, road.catalogue);
    const isNamed = asked.format !== undefined || pathname.endsWith('.atom');
    const wanted = isNamed ? undefined : typeWanted(request.headers.accept);
    if (!isNamed && wanted === undefined) throw notAcceptable(TYPES);
    const isAtom = pathname.endsWith('.atom') || asked.format === 'atom' || wanted === ATOM_TYPE;
    const { entries, cursor } = correctionsPage(road, asked);
    const linkTo = (more: readonly (readonly [string, string])[]): string => {
      const query = new URLSearchParams();
      for (const [name, value] of [...asked.given, ...more]) query.append(name, value);
      return query.size === 0 ? pathname : `${pathname}?${query.toString()}`;
    };
    const next = cursor === undefined ? undefined : linkTo([['cursor', cursor]]);
    const rendered = isAtom
      ? madeNow(feedOf(entries, baseUrlOf(request, baseUrl), linkTo([]), next), ATOM_TYPE)
      : documentOf({
          corrections: entries,
          cursor: cursor ?? null,
          next: next ?? null,
          since: sinceOf(asked.metrics),
        });
    return sendRendered(request, reply, rendered, compressor, { negotiated: !isNamed });
  };
  /** Since when the metrics can be answered `asOf` a time. */
  const sinceOf = (metrics: readonly Metric[]): Record<string, string> =>
    Object.fromEntries(
      metrics.flatMap((metric) => {
        const history = road.watch.historyOf(metric);
        return history ? [[metric.name, isoTime(history.since)]] : [];
      }),
    );
  app.get('/corrections', answer);
  app.get('/corrections.atom', answer);
}

/** @param self the feed's own path and query @param next those of the next page */
function feedOf(
  entries: readonly CorrectionEntry[],
  base: string,
  self: string,
  next: string | undefined,
): Buffer {
  return atomOf({
    title: 'Corrections of served numbers',
    self: base + self,
    next: next === undefined ? undefined : base + next,
    entries: entries.map((entry) => atomEntryOf(entry, base)),
  });
}
