import { nearest, suggestion } from '../core/value/nearest.ts';
import type { EventField } from '../core/metric/stream-events.ts';
import { type Sql, sql, sqlNumber } from '../core/sql.ts';
import type { EventStream } from './event-stream.ts';
import type { Path } from './yaml-file.ts';

export type StreamField = EventStream['fields'][number];

/** Reports a mistake at a path. */
export type Wrong = (path: Path, message: string, which?: 'value' | 'key') => void;

/** What a field is used for. Only the number of different values may be made of what is personal. */
export type Use = 'dimension' | 'sum' | 'unique' | 'where';

/** The fields of a stream that a data set reads, in the order in which its query numbers them. */
export class StreamFields {
  readonly #stream: EventStream;
  readonly #wrong: Wrong;
  readonly #used: { readonly field: StreamField; readonly type: EventField['type'] }[] = [];

  constructor(stream: EventStream, wrong: Wrong) {
    this.#stream = stream;
    this.#wrong = wrong;
  }

  get used(): readonly EventField[] {
    return this.#used.map(({ field, type }) => ({ name: field.name, type }));
  }

  get needsPersonal(): boolean {
    return this.#used.some(({ field }) => field.personal);
  }

  /** Returns a field that may be used; otherwise reports why not. */
  find(name: string, use: Use, path: Path, which?: 'key'): StreamField | undefined {
    const { name: stream, fields, personalMs } = this.#stream;
    const field = fields.find((known) => known.name === name);
    if (!field) {
      const names = fields.map((known) => known.name);
      const near = nearest(name, names);
      const hint = near ? suggestion(near) : `; there are ${names.join(', ')}.`;
      this.#wrong(path, `${stream} has no field ${name}${hint}`, which);
    } else if (field.personal && use !== 'unique')
      this.#wrong(
        path,
        `${name} is personal: of a personal field, only the number of different values can be published, by unique.`,
        which,
      );
    else if (field.personal && personalMs === 0)
      this.#wrong(path, `${name} is never kept, because personal.keep of ${stream} is 0 days.`, which);
    else return field;
    return undefined;
  }

  /** Returns how the query calls a field. @param type how it is read */
  column(field: StreamField, type: EventField['type']): Sql {
    const known = this.#used.findIndex((used) => used.field === field && used.type === type);
    const index = known >= 0 ? known : this.#used.push({ field, type }) - 1;
    return sql`f${sqlNumber(index + 1)}`;
  }
}
