import { shortened } from '../../core/value/value-list.ts';
import { excerptOf } from '../../load/bad-row.ts';
import { isReserved } from '../own-metric.ts';
import { isTotal } from '../forms/alike-values.ts';
import { quotedSign } from '../forms/number-form.ts';
import { SEPARATORS } from '../forms/text-form.ts';
import type { RecognisedForm } from '../sources/file-kinds.ts';
import { yamlText } from '../row-evidence.ts';
import { nameOf } from '../validate.ts';
import type { ColumnSketch } from './column.ts';
import type { Roles } from './roles.ts';
import type { TableSketch } from './table-sketch.ts';

/** What a new data set is called, and where its rows are. */
export interface NewDataset {
  readonly name: string;
  readonly title: string;
  readonly licence: string | undefined;
  /** The member that names the source, as in `file: cake.csv`. */
  readonly source: readonly [member: string, value: string];
  readonly unit: 'line' | 'row';
}

/** The licence of a data set whose owner hasn't named one. */
const NO_LICENCE = 'LicenseRef-not-named-yet';

/** Returns the YAML of a new data set, with a note on each line that was recognised. */
export function yamlOf(dataset: NewDataset, form: RecognisedForm, table: TableSketch, roles: Roles): string {
  const { name, title, licence, source } = dataset;
  return [
    `# Made from ${source[1]}. What stands after a # is a note for you: check it, and delete it if you like.`,
    `dataset: ${name}`,
    `title: ${yamlText(title)} # what is counted, in a few words`,
    licence === undefined
      ? `licence: ${NO_LICENCE} # name the licence of the numbers: CC0-1.0, CC-BY-4.0 …`
      : `licence: ${licence}`,
    `${source[0]}: ${yamlText(source[1])}`,
    ...formLines(form, dataset.unit),
    ...numberLines(table, dataset.unit),
    ...dateLines(roles.date, dataset.unit),
    ...columnLines(table, roles),
    ...missingLines(roles),
    ...roles.leftOut.map(([column, why]) => `# The column ${column.name} is not read: ${why}.`),
    '',
  ].join('\n');
}

function formLines({ separator, encoding, header, comment, sheet }: RecognisedForm, unit: string): string[] {
  const written = Object.entries(SEPARATORS).find(([, sign]) => sign === separator)?.[0];
  return [
    ...(sheet === undefined ? [] : [`sheet: ${yamlText(sheet)} # the first of several sheets`]),
    ...(written === undefined ? [] : [`separator: ${quotedSign(written)} # what stands between the fields`]),
    ...(encoding === undefined ? [] : [`encoding: ${encoding} # the file is not UTF-8`]),
    ...(typeof header === 'number'
      ? [`header: ${header} # the ${unit} with the names of the columns`]
      : header === undefined
        ? []
        : [`header: [${header.map(yamlText).join(', ')}] # there is none: name the columns, here and below`]),
    ...(comment === undefined ? [] : [`comment: '${comment}' # lines that begin like this are not read`]),
  ];
}

function numberLines({ numbers: { verdict } }: TableSketch, unit: string): string[] {
  switch (verdict.kind) {
    case 'plain':
      return [];
    case 'shown': {
      const { decimal, thousands } = verdict.form;
      const by = `${excerptOf(verdict.by.text)} in ${unit} ${verdict.by.number}`;
      return [
        ...(decimal === ',' ? [`decimal: ',' # ${by}`] : []),
        ...(thousands === undefined ? [] : [`thousands: ${quotedSign(thousands)} # ${by}`]),
      ];
    }
    case 'ambiguous': {
      const { sign, first } = verdict;
      const plain = first.text.replace(sign, '');
      return [
        `# Choose: ${excerptOf(first.text)} in ${unit} ${first.number} may be ${plain} or ${first.text.replace(',', '.')}. Delete the # before the line that is right.`,
        `# thousands: '${sign}' # it is ${plain}`,
        `# decimal: '${sign}' # it is ${first.text.replace(',', '.')}: add kind: decimal to its measure, too`,
      ];
    }
    case 'contradictory':
      return [
        `# ${excerptOf(verdict.first.text)} (${unit} ${verdict.first.number}) and ${excerptOf(verdict.second.text)} (${unit} ${verdict.second.number}) are written in different ways: correct the file.`,
      ];
  }
}

function dateLines(date: ColumnSketch | undefined, unit: string): string[] {
  if (!date)
    return [
      '# No column has dates that can be read. Name the column with the start of the period, and the form of its dates:',
      '# grain: daily',
      '# date: { column: COLUMN, format: dd/mm/yyyy }',
    ];
  const { forms, likeliest } = date.dates;
  const [form = 'year first', ...others] = likeliest === undefined ? forms : [likeliest];
  const grain = date.dates.grainBy(form) ?? 'daily';
  const [first] = date.texts;
  const example = `${excerptOf(first?.text)} in ${unit} ${first?.first}`;
  const column = yamlText(date.name);
  const grainLine = `grain: ${grain} # the period of a row: hourly, daily or monthly`;
  const totals = date.texts.filter(({ text }) => isTotal(text));
  const totalLines = totals.map(
    ({ text, first: at }) => `total: ${yamlText(text)} # ${unit} ${at} adds up the others`,
  );
  if (form === 'year first') return [grainLine, `date: ${column}`, ...totalLines];
  if (others.length === 0)
    return [
      grainLine,
      `date: { column: ${column}, format: ${yamlText(form.written)} } # ${example}`,
      ...totalLines,
    ];
  return [
    grainLine,
    `date: ${column}`,
    `# Choose: nobody can tell how ${example} is meant. Write the line that is right, without its #, in place of the one above.`,
    ...forms.map(
      (one) =>
        `# date: { column: ${column}, format: ${yamlText((one as Exclude<typeof one, string>).written)} }`,
    ),
    ...totalLines,
  ];
}

function columnLines(
  { numbers: { verdict } }: TableSketch,
  { dimensions, measures, isWide }: Roles,
): string[] {
  const taken = new Set<string>();
  const named = (column: ColumnSketch): string => {
    const base = nameOf(column.name).replace(/^[^a-z]+/, '') || 'column';
    let name = isReserved(base) ? `${base}-value` : base;
    for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
    taken.add(name);
    return name.slice(0, 60);
  };
  if (isWide) {
    const total = measures.find(({ name }) => isTotal(name))?.name;
    return [
      'wide: # each column of numbers is a value of one dimension; to have measures instead, write measures alone',
      '  dimension: group # name what the columns are: region, language …',
      ...(total === undefined ? [] : [`  total: ${yamlText(total)} # the sum of the others`]),
      '  columns:',
      ...measures.map(({ name }) => `    ${yamlText(name)}:`),
      'measures:',
      `  number:${kindOf(measures.map((column) => column.kindBy(verdict)))} # name what is counted`,
    ];
  }
  const columnOf = (column: ColumnSketch, name: string): string =>
    column.name === name ? '' : `column: ${JSON.stringify(column.name)}`;
  const dimensionLines = dimensions.map((column) => {
    const name = named(column);
    const members = [`name: ${name}`, columnOf(column, name)].filter((one) => one !== '').join(', ');
    const values = column.texts.slice(0, 4).map(({ text }) => shortened(text).replace(/\s+/g, ' '));
    const more = column.texts.length > values.length ? ' …' : '';
    return `  - { ${members} } # ${column.texts.length} values: ${values.join(', ')}${more}`;
  });
  return [
    ...(dimensionLines.length > 0
      ? ['dimensions: # what tells the rows of one date apart', ...dimensionLines]
      : []),
    'measures: # the numbers',
    ...(measures.length === 0 ? ['  # No column has numbers that can be read.'] : []),
    ...measures.map((column) => {
      const name = named(column);
      const kind = column.kindBy(verdict);
      const members = [columnOf(column, name), kind === 'count' ? '' : `kind: ${kind}`].filter(
        (one) => one !== '',
      );
      const example = column.texts[0]?.text;
      return `  ${name}:${members.length > 0 ? ` { ${members.join(', ')} }` : ''} # such as ${example}`;
    }),
    ...(measures.length > 0
      ? ['# If a number must not be added up (people, stocks, rates), add additive: false to its measure.']
      : []),
  ];
}

function kindOf(kinds: readonly string[]): string {
  const kind = ['decimal', 'difference'].find((one) => kinds.includes(one));
  return kind === undefined ? '' : ` { kind: ${kind} }`;
}

function missingLines({ measures }: Roles): string[] {
  const gaps = new Map(
    measures.flatMap(({ gaps: some }) => some.map(({ text, count }) => [text, count] as const)),
  );
  if (gaps.size === 0) return [];
  const texts = [...gaps.keys()]
    .slice(0, 20)
    .map((text) => (/^[\p{L}/]+$/u.test(text) ? yamlText(text) : JSON.stringify(text)));
  return [`missing: [${texts.join(', ')}] # texts in columns of numbers, which stand for gaps`];
}
