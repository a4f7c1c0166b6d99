import { itemsAlone, Known, type Told } from './known.ts';
import { SITE } from './views.ts';

type Row = Readonly<Record<string, unknown>>;

/** What clients follow: one answer or several, as a path. */
export interface Asked {
  readonly path: string;
  /** The paths of its answers. */
  readonly answers: readonly string[];
}

const AGGREGATE = `/metrics/pageviews/aggregate/${SITE}/all-access`;
/** The hours of all views. */
export const HOURS = `${AGGREGATE}/all-agents/hourly/-1d/now`;

/** The answers that clients follow: series of hours and days, with ranges that move and that don't, a list, rows, several. */
export function questions(nowMs: number): Asked[] {
  const [year, month, day] = new Date(nowMs).toISOString().slice(0, 10).split('-') as [
    string,
    string,
    string,
  ];
  const page = `/metrics/pageviews/per-article/${SITE}/all-access/all-agents/%2Fp1/daily/-3d/now`;
  const alone = [
    HOURS,
    page,
    `${AGGREGATE}/user/hourly/${year}${month}${day}00/${year}${month}${day}23?live`,
    `/metrics/pageviews/top/${SITE}/all-access/${year}/${month}/${day}?live`,
    `/query?metric=pageviews-per-article&where.project=${SITE}&by=article&grain=daily&range=-2d..now`,
  ].map((path) => ({ path, answers: [path] }));
  const both = [HOURS, page];
  const q = both.map((path) => `q=${encodeURIComponent(path)}`).join('&');
  return [...alone, { path: `/stream?${q}`, answers: both }];
}

/** The rows of an answer, as REST gives them. @throws Error if it gives none */
export async function restRows(api: string, path: string): Promise<Row[]> {
  const answer = await fetch(api + path, { signal: AbortSignal.timeout(60_000) });
  if (answer.status === 404) return [];
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const { items, rows } = (await answer.json()) as { items?: Row[]; rows?: Row[] };
  return itemsAlone(items ?? rows ?? []);
}

/** One client: what it was told, and what it knows of each answer. */
export class Listener {
  readonly kind: string;
  readonly asked: Asked;
  readonly known: readonly Known[];
  /** Ids that came again. */
  readonly repeatedIds: string[] = [];
  /** What is no event of ours. */
  readonly strange: string[] = [];
  readonly events = new Map<string, number>();
  readonly #ids = new Set<string>();
  #lastId = '';

  constructor(kind: string, asked: Asked) {
    this.kind = kind;
    this.asked = asked;
    this.known = asked.answers.map(() => new Known());
  }

  tell({ event, data, id }: Told): void {
    this.events.set(event, (this.events.get(event) ?? 0) + 1);
    if (event === 'heartbeat' || event === 'end') return;
    try {
      const read = JSON.parse(data) as Row & { q?: number; data?: Row };
      const isOne = this.known.length === 1;
      const known = this.known[isOne ? 0 : (read.q ?? -1)];
      if (!known) throw new Error('of no answer');
      known.tell(event, isOne ? read : (read.data as Row), this.#lastId);
    } catch (error) {
      this.strange.push(`${event} ${data}: ${(error as Error).message}`);
    }
    if (id === '' || event === 'reset') return;
    if (this.#ids.has(id)) this.repeatedIds.push(`${id} ${event} ${data}`);
    this.#ids.add(id);
    this.#lastId = id;
  }

  /** How what it knows differs from REST. @param rest rows by path */
  differences(rest: ReadonlyMap<string, Row[]>): string[] {
    return this.asked.answers.flatMap((path, i) =>
      (this.known[i] as Known).differences(rest.get(path) ?? []),
    );
  }
}
