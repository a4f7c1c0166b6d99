import type { Dimension } from '../../core/metric/dimension.ts';
import { hasSums } from '../../core/metric/measure.ts';
import { openDimensions, type Metric } from '../../core/metric/metric.ts';
import { nameableIn } from '../../core/metric/value-names.ts';
import { isCountable } from '../../core/question/live.ts';
import { GRAINS } from '../../core/time/time.ts';
import { ALL_FORMATS } from '../../formats/formats.ts';
import { PICTURE_CHOICES } from '../../formats/picture-options.ts';
import { AGO, DATE, DAY, HOUR, listOf, MONTH, whole, YEAR } from './openapi-patterns.ts';
import {
  asOfParameter,
  downloadParameter,
  liveParameter,
  option,
  rowParameters,
  type Json,
} from './openapi-schemas.ts';

/** Returns a parameter of a metric's path. @param example an existing value */
export function pathParameter(metric: Metric, name: string, example: string | undefined): Json {
  const dimension = metric.dimensions.find((one) => one.name === name);
  const { schema, description } = dimension ? dimensionSchema(dimension) : periodSchema(metric, name);
  return {
    name,
    in: 'path',
    required: true,
    description,
    schema,
    ...(example === undefined ? {} : { example }),
  };
}

interface Described {
  readonly schema: Json;
  readonly description: string;
}

function dimensionSchema({ doc, values, allowed, total, pattern }: Dimension): Described {
  const all = total === undefined ? '' : ` \`${total}\` stands for all values together.`;
  // A list of values is no value of the enum, and generated clients need the enum for their types.
  if (values)
    return {
      schema: { anyOf: [{ type: 'string', enum: [...values] }, listOf(pattern)] },
      description: `${doc}${all} One of ${allowed}, or several of them.`,
    };
  return {
    schema: listOf(pattern),
    description: `${doc}${all} Takes ${allowed}.`,
  };
}

function periodSchema(metric: Metric, name: string): Described {
  const end = metric.range.end === 'inclusive' ? 'included' : 'not included';
  const form =
    metric.range.hour === 'always'
      ? 'YYYYMMDDHH'
      : metric.grains.hourly
        ? 'YYYYMMDD, with HH for hours'
        : 'YYYYMMDD';
  const hours = metric.range.hour === 'always' ? HOUR : metric.grains.hourly ? `${HOUR}?` : '';
  const date = `${YEAR}${MONTH}${DAY}${hours}|${DATE}|${AGO}|latest`;
  switch (name) {
    case 'granularity':
      return {
        schema: { type: 'string', enum: GRAINS.filter((grain) => metric.grains[grain]) },
        description: 'The unit of time of the rows.',
      };
    case 'start':
      return {
        schema: whole(date),
        description: `The first day${metric.range.start ? ', not included' : ''}: ${form}, YYYY-MM-DD, YYYY-MM for a whole month, a time before now such as -30d, or latest.`,
      };
    case 'end':
      return {
        schema: whole(isCountable(metric) ? `${date}|now` : date),
        description: `The last day, ${end}; spelt like the start${isCountable(metric) ? ', or now, which also answers what is still under way' : ''}.`,
      };
    case 'day':
      return {
        schema: whole(metric.grains.monthly ? `${DAY}|all-days` : DAY),
        description: metric.grains.monthly ? 'DD, or all-days for the list of the month.' : 'DD.',
      };
    default:
      return name === 'year'
        ? { schema: whole(YEAR), description: 'YYYY.' }
        : { schema: whole(MONTH), description: 'MM.' };
  }
}

const SHAPES = 'columns: one array per measure instead of one object per row (JSON only).';
const WIDE = ' wide: one row per date and one column per series, for spreadsheets (CSV and TSV only).';

/** Returns the parameters of a metric's query: options for the form of its answer. */
export function optionParameters(metric: Metric): Json[] {
  const top = metric.shape.kind === 'top';
  const named = nameableIn(metric).map(({ name }) => name);
  const options = [
    option(
      'format',
      ALL_FORMATS.map(([name]) => name),
      'The format of the answer. It overrides Accept; JSON by default.',
    ),
    option('shape', top ? ['items', 'columns'] : ['items', 'columns', 'wide'], SHAPES + (top ? '' : WIDE)),
  ];
  options.push(
    option(
      'measure',
      Object.keys(metric.measures),
      'The measure that a picture shows; by default the first.',
    ),
    option(
      'theme',
      PICTURE_CHOICES.theme,
      'The colours of a picture; light by default. auto follows the system of each reader.',
    ),
    option(
      'size',
      PICTURE_CHOICES.size,
      'The size of a PNG: of a chart (1440 dots wide), or of the picture of a link (1200 × 630).',
    ),
    ...rowParameters(named, true),
    downloadParameter(),
    asOfParameter(),
    ...(isCountable(metric) ? [liveParameter()] : []),
  );
  if (top) return options;
  options.push(
    option('scale', PICTURE_CHOICES.scale, 'The scale of a picture.'),
    option(
      'fill',
      ['zero', 'null'],
      'Adds rows for periods without data. With `zero` they are zero if the period is completely loaded, because then nothing happened, and otherwise null. With `null` they are always null.',
    ),
  );
  if (hasSums(metric)) {
    options.push(
      option(
        'sum',
        openDimensions(metric).map((dimension) => dimension.name),
        'Adds up the listed values of this dimension into one series, for instance redirects and moved titles.',
      ),
    );
  }
  return options;
}
