import {
  EVENTS_GRAIN,
  EVENT_TEXTS,
  type Entity,
  ENTITIES,
  eventScope,
} from '../../core/metric/edit-events.ts';
import { ordinalAt, type Ordinal, startOf } from '../../core/time/time.ts';
import type { Rows } from '../../core/metric/table.ts';
import type { Cover } from '../../warehouses/warehouse.ts';
import { type DateRange, SelectionError } from '../selection.ts';
import type { Bucket } from './bucket.ts';

/** What a file holds, provided that it is complete. */
export interface FilePromise {
  /** The file's name, for messages. */
  readonly file?: string;
  /** The kinds of events that its format has; undefined means those that it has rows of. */
  readonly entities?: readonly Entity[];
  /** The project and dates in the file's name. */
  readonly bucket?: Bucket | undefined;
  /** Whether files of its format hold whole months. */
  readonly wholeMonths?: true;
}

/** The hours and months of the events of one kind. */
interface Times {
  first: Ordinal;
  last: Ordinal;
  readonly months: Set<Ordinal>;
}

/** The hours, both included, for which a file holds everything that happened in a project. */
export interface Whole {
  readonly project: string;
  readonly first: Ordinal;
  readonly last: Ordinal;
}

const PROJECT = EVENT_TEXTS.indexOf('project');
const ENTITY = EVENT_TEXTS.indexOf('entity');

/**
 * The coverage that files of events claim, each by itself, for its projects and the kinds of events that it
 * has. The complete dates come from the file's name. If the name has none, they come from the times of the
 * file's revisions. Creations of pages don't count there: they are dated at the first edit, which may be much
 * older.
 */
export class EventClaims {
  readonly #complete: boolean;
  readonly #range: DateRange | undefined;
  readonly #covers: Cover[] = [];
  readonly #whole: Whole[] = [];
  #promise: FilePromise = {};
  #isPartial = false;
  #projects = new Map<string, Map<Entity, Times>>();

  /**
   * @param complete the files hold everything that they should. Otherwise the claim is only that something
   *   was loaded for the months that have events.
   * @param range the dates for which the files hold everything, even if the files' names say something else
   */
  constructor(complete: boolean, range?: DateRange) {
    this.#complete = complete || range !== undefined;
    this.#range = range;
  }

  /** Starts another file: the following rows are its rows. */
  begin(promise: FilePromise): void {
    this.#end();
    this.#promise = promise;
  }

  /** Marks the file as holding only a part. */
  markPartial(): void {
    this.#isPartial = true;
  }

  add(rows: Rows): void {
    const projects = rows.dimensions[PROJECT] as readonly string[];
    const entities = rows.dimensions[ENTITY] as readonly Entity[];
    const { ordinals } = rows;
    for (let i = 0; i < rows.length; i++) {
      const hour = ordinals[i] as Ordinal;
      const project = projects[i] as string;
      const entity = entities[i] as Entity;
      if (i > 0 && hour === ordinals[i - 1] && entity === entities[i - 1] && project === projects[i - 1])
        continue;
      let times = this.#projects.get(project)?.get(entity);
      if (!times) {
        times = { first: hour, last: hour, months: new Set() };
        const kinds = this.#projects.get(project) ?? new Map<Entity, Times>();
        this.#projects.set(project, kinds.set(entity, times));
      }
      times.first = Math.min(times.first, hour);
      times.last = Math.max(times.last, hour);
      times.months.add(monthOf(hour));
    }
  }

  covers(): readonly Cover[] {
    this.#end();
    return this.#covers;
  }

  /** The complete hours; final once `covers` was called. */
  get whole(): readonly Whole[] {
    return this.#whole;
  }

  #end(): void {
    for (const [project, kinds] of this.#projects) {
      for (const [entity, { last, months }] of kinds) {
        for (const month of months) {
          const end = monthStart(month + 1) - 1;
          const hours = {
            first: monthStart(month),
            last: this.#promise.wholeMonths ? end : Math.min(end, last),
          };
          this.#claim(project, entity, hours, false);
        }
      }
      const hours = this.#complete && !this.#isPartial ? this.#hoursOf(project, kinds) : undefined;
      if (!hours) continue;
      this.#whole.push({ project, ...hours });
      for (const entity of this.#promise.entities ?? ENTITIES.filter((one) => kinds.has(one)))
        this.#claim(project, entity, hours, true);
    }
    this.#projects = new Map();
    this.#isPartial = false;
  }

  /**
   * Returns the hours for which the file holds everything; undefined if there are none.
   * @throws SelectionError if the file's name and its rows name different wikis, because one of them must be
   * wrong
   */
  #hoursOf(
    project: string,
    kinds: ReadonlyMap<Entity, Times>,
  ): { first: Ordinal; last: Ordinal } | undefined {
    const { bucket, wholeMonths, file = 'the file' } = this.#promise;
    const range = this.#range ?? bucket?.range;
    if (!this.#range && bucket && bucket.project !== project) {
      throw new SelectionError(
        `the name of ${file} says that it is a dump of ${bucket.project}, but it has events of ${project}: rename it, or give --covers instead of --complete`,
      );
    }
    if (range) {
      return { first: ordinalAt(EVENTS_GRAIN, range.from), last: ordinalAt(EVENTS_GRAIN, range.until) - 1 };
    }
    const times = kinds.get('revision') ?? kinds.get('user');
    if (!times) return undefined;
    const last = wholeMonths ? monthStart(monthOf(times.last) + 1) - 1 : times.last;
    return { first: monthStart(monthOf(times.first)), last };
  }

  #claim(project: string, entity: Entity, hours: { first: Ordinal; last: Ordinal }, complete: boolean): void {
    this.#covers.push({ grain: EVENTS_GRAIN, scope: eventScope(project, entity), ...hours, complete });
  }
}

function monthOf(hour: Ordinal): Ordinal {
  return ordinalAt('monthly', startOf(EVENTS_GRAIN, hour));
}

/** Returns the first hour of a month. */
function monthStart(month: Ordinal): Ordinal {
  return ordinalAt(EVENTS_GRAIN, startOf('monthly', month));
}
