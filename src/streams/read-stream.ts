import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { suggestion, nearest } from '../core/value/nearest.ts';
import type { Mistake } from '../datasets/mistake.ts';
import { mistakesOfForm, writtenIn, type Written } from '../datasets/validate.ts';
import type { YamlDocument } from '../datasets/yaml-file.ts';
import { durationMs } from './duration.ts';
import { checkOf } from './event-check.ts';
import { fieldsOf, schemaOfFields, withEnvelope } from './fields.ts';
import type { Stream } from './stream.ts';
import { STREAM_FORM, type StreamText } from './stream-text.ts';

const FORM = { whole: 'a stream', hasColumns: false };
const DEFAULTS = { retention: '90 days', keep: '7 days', repeats: '1 day' };

let compiled: ValidateFunction<StreamText> | undefined;

/** The check of the form, compiled when it is first needed: that takes a tenth of a start, and many need none. */
function checkOfForm(): ValidateFunction<StreamText> {
  return (compiled ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
  }).compile<StreamText>(STREAM_FORM));
}

/** Returns the stream that an owner's file declares, or the mistakes in the file. */
export function readStream(document: YamlDocument, file: string, folder: string): Stream | Mistake[] {
  const written = writtenIn<StreamText>(document, file, folder);
  const check = checkOfForm();
  if (!check(written.value)) return mistakesOfForm(written, check.errors ?? [], FORM);
  const stream = streamOf(written.value);
  const mistakes = [...mistakesIn(written, stream)];
  return mistakes.length > 0 ? mistakes : stream;
}

/** Returns the stream that a text of the right form declares. */
export function streamOf(text: StreamText): Stream {
  const { stream: name, title, description, owner, sampling, time, sequence, site } = text;
  const retentionMs = durationMs(text.retention ?? DEFAULTS.retention);
  return {
    name,
    title,
    ...(description !== undefined && { description }),
    owner,
    schema: withEnvelope(text.fields ? schemaOfFields(text.fields) : (text.schema ?? {})),
    fields: fieldsOf(text),
    retentionMs,
    personalMs: Math.min(retentionMs, durationMs(text.personal?.keep ?? DEFAULTS.keep)),
    sampling: { share: sampling?.share ?? 1, by: sampling?.by ?? 'meta.id' },
    ...(time && { time: { field: time.field, windowMs: durationMs(time.window) } }),
    repeatsMs: durationMs(text.repeats ?? DEFAULTS.repeats),
    ...(sequence && { sequence }),
    ...(site !== undefined && { site }),
  };
}

/** Finds the mistakes that the JSON Schema of a stream's file can't express. */
function* mistakesIn(written: Written<StreamText>, stream: Stream): Generator<Mistake> {
  const { fields, schema, personal, sampling, time, retention, sequence, site } = written.value;
  if ((fields === undefined) === (schema === undefined)) {
    const path = schema ? ['schema'] : [];
    yield written.mistake(
      path,
      'a stream has either fields or schema, which say what its events hold.',
      'key',
    );
    return;
  }
  try {
    checkOf(stream.schema);
  } catch (error) {
    yield written.mistake(['schema'], `events can't be checked by this schema: ${(error as Error).message}.`);
    return;
  }
  if (fields && personal?.fields) {
    const message = 'mark a field as personal in its own declaration: personal: true.';
    yield written.mistake(['personal', 'fields'], message, 'key');
    return;
  }
  const names = stream.fields.map(({ name }) => name);
  const unknown = (name: string): string => {
    const near = nearest(name, names);
    return `there is no field ${name}${near ? suggestion(near) : `; there are ${names.join(', ')}.`}`;
  };
  for (const [index, name] of (personal?.fields ?? []).entries()) {
    if (!names.includes(name)) yield written.mistake(['personal', 'fields', index], unknown(name));
  }
  const by = sampling?.by;
  if (by !== undefined && by !== 'meta.id' && !names.includes(by)) {
    yield written.mistake(['sampling', 'by'], unknown(by));
  }
  const timeField = stream.fields.find(({ name }) => name === time?.field);
  if (time && !timeField) yield written.mistake(['time', 'field'], unknown(time.field));
  if (timeField && timeField.type !== 'time') {
    const wanted = fields ? 'type: time' : 'a string of the format date-time';
    yield written.mistake(
      ['time', 'field'],
      `${timeField.name} should be ${wanted}, because events are put into hours by it.`,
    );
  }
  for (const [path, named, type] of [
    [['sequence', 'host'], sequence?.host, 'text'],
    [['sequence', 'number'], sequence?.number, 'integer'],
    [['site'], site, 'text'],
  ] as const) {
    if (named === undefined) continue;
    const found = stream.fields.find(({ name }) => name === named);
    const wanted = fields ? `type: ${type}` : type === 'text' ? 'a string' : 'an integer';
    const message = found ? `${found.name} should be ${wanted}.` : unknown(named);
    if (found?.type !== type) yield written.mistake([...path], message);
  }
  const required = stream.schema['required'];
  for (const { name, personal: isPersonal } of stream.personalMs === 0 ? stream.fields : []) {
    if (!isPersonal || !Array.isArray(required) || !required.includes(name)) continue;
    const path = fields ? ['fields', name] : ['schema'];
    yield written.mistake(path, `${name} is required, but personal.keep is 0 days, so it is never written.`);
  }
  if (personal?.keep !== undefined && durationMs(personal.keep) > stream.retentionMs) {
    const kept = retention ?? DEFAULTS.retention;
    yield written.mistake(['personal', 'keep'], `it is longer than events are kept: ${kept}.`);
  }
}
