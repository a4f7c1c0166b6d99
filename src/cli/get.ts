import { InvalidArgumentError, type Command } from 'commander';
import { nearest } from '../core/value/nearest.ts';
import { filesIn } from '../dumps/listed-files.ts';
import { DUMP_PLACES, type DumpFile, type DumpPlace } from '../dumps/places.ts';
import { parseDateRange } from '../load/selection.ts';
import { UsageError } from './named-metrics.ts';
import { RANGE } from './options.ts';
import { bytesInWords, count, say } from './report.ts';

export function declare(command: Command): void {
  command
    .argument('<name>', 'a metric, or a dump: pageview-complete, pageviews-hourly, …')
    .argument('<range>', RANGE)
    .option('--wiki <names>', 'the wikis, of dumps that have files by wiki: dewiki|frwiki', split)
    .option('--only <text>', 'only files whose names contain this, such as -user')
    .option('--aria2', 'print a list for aria2c instead of one for wget', false)
    .option('--base <url>', 'the server, or a mirror of it', 'https://dumps.wikimedia.org')
    .action((name: string, range: string, options: GetFlags) => getCommand(name, range, options));
}

interface GetFlags {
  readonly wiki?: readonly string[];
  readonly only?: string;
  readonly aria2: boolean;
  readonly base: string;
}

/** The server of the dumps allows this many connections from one address. */
const CONNECTIONS = 3;

/** `kraken get`: lists the files of public dumps that have a metric's numbers. It downloads nothing. @throws UsageError */
function getCommand(name: string, range: string, { wiki, only = '', aria2, base }: GetFlags): void {
  const place = placeFor(name);
  const wikis = wikisOf(place, wiki);
  const listed = filesIn(place, parseDateRange(range), { ...(wikis ? { wikis } : {}), now: Date.now() });
  const files = listed.files.filter(({ path }) => path.slice(path.lastIndexOf('/')).includes(only));
  const root = base.replace(/\/+$/, '');
  for (const { path } of files) process.stdout.write(aria2 ? ariaLines(root, path) : `${root}${path}\n`);
  if (listed.before > 0)
    say(`${count(listed.before)} periods are left out: ${place.name} begins on ${place.since}.`);
  if (listed.future > 0) say(`${count(listed.future)} periods are left out: they aren't over yet.`);
  say(
    `${place.name} (${place.has}): ${count(files.length)} ${files.length === 1 ? 'file' : 'files'}${sizeOf(files)}.`,
  );
  if (files.length === 0) return;
  if (place.note !== undefined) say(place.note);
  const fetches = aria2
    ? `aria2c --continue --max-concurrent-downloads=${CONNECTIONS} --max-connection-per-server=1 --input-file=LIST`
    : 'wget --continue --force-directories --no-host-directories --input-file=LIST';
  say(
    `Nothing was downloaded. Keep this list in a file LIST; the server allows at most ${CONNECTIONS} connections: ${fetches}`,
  );
  if (place.imports !== undefined) say(`What it fetches is read by: kraken import ${place.imports} FILES…`);
}

/** Finds the dump of a name. Of several that a metric has, the first is taken, and the others are told. @throws UsageError */
function placeFor(name: string): DumpPlace {
  const named = DUMP_PLACES.find((place) => place.name === name);
  if (named) return named;
  const [best, ...others] = DUMP_PLACES.filter(({ feeds }) => feeds.includes(name));
  if (!best) {
    const known = [...new Set(DUMP_PLACES.flatMap((place) => [place.name, ...place.feeds]))];
    const near = nearest(name, known);
    const hint =
      near === undefined
        ? `known are ${DUMP_PLACES.map((place) => place.name).join(', ')}`
        : `did you mean ${near}?`;
    throw new UsageError(`no public dump is known for ${name}: ${hint}`);
  }
  if (others.length > 0)
    say(`${name} is also in ${others.map((place) => `${place.name} (${place.has})`).join('; ')}.`);
  return best;
}

/** Returns the wikis that are asked for; undefined if the dump isn't by wiki. @throws UsageError */
function wikisOf(
  { name, wikis }: DumpPlace,
  given: readonly string[] | undefined,
): readonly string[] | undefined {
  if (wikis === undefined) {
    if (given) throw new UsageError(`--wiki is not for ${name}: its files have all wikis`);
    return undefined;
  }
  if (wikis === 'any') {
    if (!given)
      throw new UsageError(
        `${name} has files by wiki: name them with --wiki, for instance --wiki simplewiki`,
      );
    return given;
  }
  const unknown = given?.find((one) => !wikis.includes(one));
  if (unknown !== undefined) throw new UsageError(`${name} has no ${unknown}; it has ${wikis.join(', ')}`);
  return given ?? wikis;
}

function ariaLines(root: string, path: string): string {
  return `${root}${path}\n  out=${path.slice(1)}\n`;
}

function sizeOf(files: readonly DumpFile[]): string {
  const known = files.filter(({ bytes }) => bytes !== undefined);
  if (known.length === 0) return '';
  const bytes = known.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const rest = known.length < files.length ? ` for ${count(known.length)} of them` : '';
  return `, about ${bytesInWords(bytes)}${rest}`;
}

function split(text: string): readonly string[] {
  const names = text.split('|');
  const wrong = names.find((name) => !/^[a-z0-9_]+$/.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError('Write names of wikis such as dewiki|frwiki.');
  return names;
}
