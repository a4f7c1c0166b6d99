import type { Dimension } from '../core/metric/dimension.ts';
import { type Sql, sql, sqlJoin, sqlNumber, sqlText } from '../core/sql.ts';
import { dimensionOf } from './listed-dimension.ts';
import type { StreamField, StreamFields, Wrong } from './stream-fields.ts';
import type { DimensionText } from './texts.ts';
import type { Path } from './yaml-file.ts';

/** The value of events that have none. */
export const NONE = '(none)';

/** The longest value, in characters: as bytes of UTF-8, it fits a path. */
const LONGEST = 256;

/** A dimension of a stream's events, and the expression of its value. */
export interface StreamDimension {
  readonly dimension: Dimension;
  readonly value: Sql;
  /** What tells it from another dimension of the same name. */
  readonly meaning: unknown;
}

// Browsers read a backslash in a URL as a slash.
const HOST = sql`'^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#\\\\]*@)?([[][^]/?#]*[]]|[^/?#:\\\\]*)'`;
const FIRST_SEGMENT = sql`'^(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#\\\\]*)?[/\\\\]*([^/?#\\\\]*)'`;

/** Returns a dimension of a data set that is made from a stream; undefined after reporting mistakes. */
export function streamDimension(
  dataset: string,
  declared: DimensionText,
  path: Path,
  fields: StreamFields,
  wrong: Wrong,
): StreamDimension | undefined {
  const { name, field: called = name, as, borders, total } = declared;
  const place = declared.field === undefined ? path : [...path, 'field'];
  const refuse = (member: keyof DimensionText, message: string): void =>
    wrong([...path, member], message, 'key');
  if (declared.column !== undefined) refuse('column', 'a stream has no columns: write field.');
  if (declared.values !== undefined) refuse('values', 'leave this out: the values are those of the events.');
  if (as !== undefined && borders !== undefined) refuse('borders', 'a dimension has either as or borders.');
  if (total === NONE) wrong([...path, 'total'], `${NONE} stands for events without a value.`);
  const field = fields.find(called, 'dimension', place);
  if (!field) return undefined;
  const made = borders
    ? ranges(field, borders, fields, [...path, 'borders'], wrong)
    : valueOf(field, as, fields, place, wrong);
  if (!made) return undefined;
  const { values } = made;
  if (total !== undefined && values?.includes(total))
    wrong([...path, 'total'], `${total} is one of the values: choose another text.`);
  const all = values && [...(total === undefined ? [] : [total]), ...values];
  const { names, description } = declared;
  return {
    dimension: dimensionOf(dataset, {
      name,
      ...(all ? { values: all } : {}),
      ...(total === undefined ? {} : { total }),
      ...(description === undefined ? {} : { description }),
      ...(names === undefined ? {} : { names }),
    }),
    // A sender may call something like the total.
    value:
      total === undefined || values
        ? made.value
        : sql`CASE WHEN ${made.value} = ${sqlText(total)} THEN ${sqlText(`(${total})`)} ELSE ${made.value} END`,
    meaning: [name, called, as ?? null, borders ?? null, total ?? null],
  };
}

interface Value {
  readonly value: Sql;
  /** All values that there can be, if they are few. */
  readonly values?: readonly string[];
}

function valueOf(
  field: StreamField,
  as: DimensionText['as'],
  fields: StreamFields,
  path: Path,
  wrong: Wrong,
): Value | undefined {
  const { name, type } = field;
  if (as === 'present') {
    const column = fields.column(field, 'text');
    // A text of nothing says nothing.
    return {
      value: sql`CASE WHEN coalesce(${column}, '') = '' THEN 'absent' ELSE 'present' END`,
      values: ['present', 'absent'],
    };
  }
  if (type === 'json' || type === 'time')
    wrong(path, `${name} is ${KINDS[type]}, whose values can't be a dimension; write as: present.`);
  else if (type === 'number') wrong(path, `${name} is a number: give the borders of its ranges.`);
  else if (as !== undefined && type !== 'text')
    wrong(path, `${name} should be a text for as: ${as}; it is ${KINDS[type]}.`);
  else {
    const column = fields.column(field, 'text');
    if (type === 'boolean')
      return { value: sql`coalesce(${column}, ${sqlText(NONE)})`, values: ['true', 'false', NONE] };
    return {
      value: type === 'integer' ? sql`coalesce(${column}, ${sqlText(NONE)})` : cleaned(textOf(column, as)),
    };
  }
  return undefined;
}

const KINDS = {
  text: 'a text',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  time: 'a time',
  json: 'a value with parts',
} as const;

function textOf(column: Sql, as: DimensionText['as']): Sql {
  if (as === 'lower-case') return sql`lower(${column})`;
  if (as === 'host') return sql`lower(regexp_extract(${column}, ${HOST}, 1))`;
  if (as === 'first-segment') return sql`regexp_extract(${column}, ${FIRST_SEGMENT}, 1)`;
  return column;
}

/** A text without what paths can't hold: control characters, the pipe that separates values, blanks around it. */
function cleaned(text: Sql): Sql {
  const plain = sql`replace(regexp_replace(${text}, '[[:cntrl:]]', ' ', 'g'), '|', '¦')`;
  return sql`coalesce(nullif(trim(left(trim(${plain}), ${sqlNumber(LONGEST)})), ''), ${sqlText(NONE)})`;
}

function ranges(
  field: StreamField,
  borders: readonly number[],
  fields: StreamFields,
  path: Path,
  wrong: Wrong,
): Value | undefined {
  if (field.type !== 'number' && field.type !== 'integer') {
    wrong(path, `${field.name} is ${KINDS[field.type]}: only a number has ranges.`, 'key');
    return undefined;
  }
  const fault = borders.findIndex((border, i) => i > 0 && border <= (borders[i - 1] as number));
  if (fault > 0) {
    wrong(
      [...path, fault],
      `${borders[fault]} should be greater than ${borders[fault - 1]}, the border before it.`,
    );
    return undefined;
  }
  const column = fields.column(field, 'number');
  const names = [
    `under-${borders[0]}`,
    ...borders.slice(1).map((border, i) => `${borders[i]}-to-${border}`),
    `${borders.at(-1)}-and-over`,
  ];
  const cases = borders.map(
    (border, i) => sql` WHEN ${column} < ${sqlNumber(border)} THEN ${sqlText(names[i] as string)}`,
  );
  const last = sqlText(names.at(-1) as string);
  return {
    value: sql`CASE WHEN ${column} IS NULL THEN ${sqlText(NONE)}${sqlJoin(cases, sql``)} ELSE ${last} END`,
    values: [...names, NONE],
  };
}
