import { LRUCache } from 'lru-cache';
import { abortable, timeLimitOf } from '../core/abort.ts';
import { type Dimension, NAMELESS } from '../core/metric/dimension.ts';
import { notFound, type EmptyQuestion } from '../core/hint/hints.ts';
import { dimensionIndex, dimensionOf } from '../core/metric/metric.ts';
import { MAX_SUGGESTIONS, MAX_NAMES_EXPLAINED, scopesUnknown } from '../core/hint/names-found.ts';
import { nearestOf } from '../core/value/nearest.ts';
import { separated } from '../core/value/value-list.ts';
import type { NoRows } from '../core/question/answer.ts';
import type { NamesFound, Problem } from '../core/problem.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { NamePlace, SeriesStore } from '../stores/series-store.ts';
import { otherGrains } from './other-grains.ts';

/** The longest that a 404 waits for similar names, in ms. After that it is answered without them. */
const TIME_LIMIT_MS = 150;
/** The maximum number of name lookups per second. Beyond this number, hints don't contain similar names. */
const MAX_LOOKUPS_PER_SECOND = 50;
/** The memory of the cache of recent lookups, and of one entry besides its texts, in bytes. */
const KEPT_BYTES = 4 * 1024 * 1024;
const ENTRY_BYTES = 400;

/** Separates a title from its disambiguation: `Moonlight_(2016_film)`. */
const QUALIFIED = '_(';

/** The part of a series store that hints use. */
type Looks = Pick<SeriesStore, 'namesNear' | 'read'>;

/** The result of looking a name up, in any range: whether it is stored, and which names are similar. */
type Looked = Pick<NamesFound, 'isStored' | 'near' | 'several'>;

/**
 * Finds out why a question has no rows, and the names that were most likely meant. Values of scopes are
 * known from the tables' states. Other names are looked up in the series store; those lookups are
 * bounded in work, time and rate.
 */
export class Hints {
  readonly #store: Looks;
  readonly #kept = new LRUCache<string, Looked>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ near }, memo) =>
      ENTRY_BYTES + near.reduce((sum, name) => sum + 24 + name.length * 2, memo.length * 2),
  });
  #left = MAX_LOOKUPS_PER_SECOND;
  #counted = performance.now();

  constructor(store: Looks) {
    this.#store = store;
  }

  /** The problem of a question whose periods are loaded but have no rows. Never rejects. */
  async noRows(question: EmptyQuestion, signal: AbortSignal): Promise<Problem> {
    const names = await this.#namesOf(question, signal);
    return notFound('no-rows', question, await this.#withGrains(question, names, signal));
  }

  /** If the name itself is stored, adds the other grains that have numbers for it. */
  async #withGrains(
    question: EmptyQuestion,
    names: NamesFound[],
    signal: AbortSignal,
  ): Promise<NamesFound[]> {
    if (names.length !== 1 || names[0]?.isStored !== true || !this.#mayLook()) return names;
    const timeLimit = timeLimitOf(signal, TIME_LIMIT_MS);
    try {
      const grains = await abortable(otherGrains(this.#store, question, timeLimit.signal), timeLimit.signal);
      return grains ? [{ ...names[0], grains }] : names;
    } catch {
      // The hint then says less.
      return names;
    } finally {
      timeLimit.end();
    }
  }

  /** Suggestions for the values without rows, in a question whose other values have some. Never rejects. */
  async beside(
    question: EmptyQuestion,
    noRows: readonly NoRows[],
    signal: AbortSignal,
  ): Promise<NamesFound[]> {
    const { metric, state } = question;
    const absent = new Map<string, string[]>();
    for (const one of noRows) {
      const [[name, value] = ['', ''], ...more] = Object.entries(one);
      // If only a combination has no rows, each of its values exists.
      if (more.length === 0) absent.set(name, [...(absent.get(name) ?? []), value]);
    }
    const found = [...absent].map(async ([name, values]) => {
      const listed = metric.dimensions.map((dimension, i) =>
        dimension.name === name
          ? values
          : (question.listed[i] ?? []).filter((value) => !absent.get(dimension.name)?.includes(value)),
      );
      const names = metric.scope.includes(name)
        ? scopesUnknown(metric, listed, state)
        : await this.#namesOf({ ...question, listed }, signal);
      return names.filter(({ dimension }) => dimension === name);
    });
    return (await Promise.all(found)).flat();
  }

  async #namesOf({ metric, listed, state }: EmptyQuestion, signal: AbortSignal): Promise<NamesFound[]> {
    if (metric.home !== 'series') return [];
    const { row } = metric.key;
    // The values of scopes and of closed lists are known without a lookup.
    const at = row.findIndex((name) => !metric.scope.includes(name) && !dimensionOf(metric, name)?.values);
    const dimension = dimensionOf(metric, row[at] ?? '');
    if (!dimension) return [];
    const valueOf = (name: string): string => listed[dimensionIndex(metric, name)]?.[0] ?? '';
    const [before, after] = [row.slice(0, at).map(valueOf), row.slice(at + 1).map(valueOf)];
    const place = { before: joined(before), after: joined(after) };
    const table = tableOf(metric).name;
    const values = listed[dimensionIndex(metric, dimension.name)] ?? [];
    const found = await Promise.all(
      values.slice(0, MAX_NAMES_EXPLAINED).map(async (value): Promise<NamesFound[]> => {
        const memo = `${table}\0${state.version}\0${place.before}${value}`;
        const looked =
          this.#kept.get(memo) ?? (await this.#look(table, { ...place, name: value }, dimension, signal));
        if (!looked) return [];
        this.#kept.set(memo, looked);
        return [{ dimension: dimension.name, value, among: before.join(', '), ...looked }];
      }),
    );
    return found.flat();
  }

  /** Looks a name up; undefined if the lookup fails, takes too long, or is over the rate limit. */
  async #look(
    table: string,
    place: NamePlace,
    { withheld }: Dimension,
    signal: AbortSignal,
  ): Promise<Looked | undefined> {
    if (!this.#mayLook()) return undefined;
    const { name } = place;
    const capital = name.charAt(0).toUpperCase() + name.slice(1);
    const timeLimit = timeLimitOf(signal, TIME_LIMIT_MS);
    try {
      const written = [...new Set([name, capital])];
      const parts = separated(name).slice(0, MAX_NAMES_EXPLAINED);
      const looks = [
        ...written.map((one) => ({ ...place, name: one, begins: one + QUALIFIED })),
        ...parts.map((one) => ({ ...place, name: one })),
      ].map((one) => this.#store.namesNear(table, one, timeLimit.signal));
      const found = (await abortable(Promise.all(looks), timeLimit.signal)).flat();
      const there = [...new Set(found)].filter((one) => !withheld?.has(one) && !one.startsWith(NAMELESS));
      if (there.includes(name)) return { isStored: true, near: [] };
      if (parts.length > 0 && parts.every((one) => there.includes(one)))
        return { isStored: false, near: [], several: parts };
      const qualified = there.filter((one) => written.some((text) => one.startsWith(text + QUALIFIED)));
      const near = [...new Set([...qualified, ...nearestOf(name, there, MAX_SUGGESTIONS)])];
      return { isStored: false, near: near.slice(0, MAX_SUGGESTIONS) };
    } catch {
      // The answer is a 404 in any case; only its hint says less.
      return undefined;
    } finally {
      timeLimit.end();
    }
  }

  /** Takes a token of the rate limit's bucket, which refills within a second. */
  #mayLook(): boolean {
    const now = performance.now();
    this.#left = Math.min(
      MAX_LOOKUPS_PER_SECOND,
      this.#left + ((now - this.#counted) / 1000) * MAX_LOOKUPS_PER_SECOND,
    );
    this.#counted = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

/** Values as they are in a row key, each ended by 0x00. */
function joined(values: readonly string[]): string {
  return values.map((value) => `${value}\0`).join('');
}
