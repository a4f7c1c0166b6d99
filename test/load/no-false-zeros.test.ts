import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { cover, type Coverage, isComplete } from '../../src/core/time/coverage.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { aggregate } from '../../src/load/aggregate.ts';
import { Claims } from '../../src/load/claims.ts';
import { importEvents } from '../../src/load/events/import-events.ts';
import { readFiles, type Reading } from '../../src/load/read-files.ts';
import { editedPagesNew } from '../../src/metrics/edited-pages-new.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { registeredUsersNew } from '../../src/metrics/registered-users-new.ts';
import { at, newEngines, SIGNAL } from './engines.ts';
import { PSEUDONYMS, WRITER } from './event-files.ts';
import { historyLine } from './events/history-file.ts';
import { temporaryFolder } from './files.ts';

/*
 * Zeros are served of periods that are complete. So none may be that no file covered: what a file
 * covers is worked out here from what was put into it.
 */

const METRICS = { revision: editsAggregate, page: editedPagesNew, user: registeredUsersNew } as const;
type Kind = keyof typeof METRICS;

/** Months of 2024, from 0 on, of a wiki. */
interface Written {
  readonly form: 'bucket' | 'renamed' | 'xml' | 'columns';
  readonly wiki: 'de' | 'fr';
  /** In which there is a revision. */
  readonly months: readonly number[];
  /** In which a page began whose creation is told by an event of the first month. */
  readonly oldPage: string | undefined;
  readonly hasUsers: boolean;
}

const written: fc.Arbitrary<Written> = fc.record({
  form: fc.constantFrom('bucket' as const, 'renamed' as const, 'xml' as const, 'columns' as const),
  wiki: fc.constantFrom('de' as const, 'fr' as const),
  months: fc.uniqueArray(fc.nat(8), { minLength: 1, maxLength: 3 }),
  oldPage: fc.option(fc.constantFrom('2003-05', '2023-11', '2024-01'), { nil: undefined }),
  hasUsers: fc.boolean(),
});

const monthName = (month: number): string => `2024-${String(month + 1).padStart(2, '0')}`;
let number = 0;

/** The text of a file, and its name. */
function fileOf({ form, wiki, months, oldPage, hasUsers }: Written): { name: string; text: string } {
  const [first = 0] = months;
  const name = `${++number}`;
  if (form === 'bucket' || form === 'renamed') {
    const event = (entity: Kind, month: number, firstEdit = '') =>
      historyLine({ wiki: `${wiki}wiki`, entity, time: `${monthName(month)}-15 10:00:00.0`, firstEdit });
    const lines = (form === 'bucket' ? [first] : months).map((month) => event('revision', month));
    if (oldPage) lines.push(event('page', first, `${oldPage}-02 00:00:00.0`));
    if (hasUsers) lines.push(event('user', first));
    return {
      name: form === 'bucket' ? `2024-12.${wiki}wiki.${monthName(first)}.tsv` : name,
      text: lines.join(''),
    };
  }
  if (form === 'columns') {
    const line = (entity: Kind, month: string) =>
      `${wiki}.wikipedia,${entity}${++number},${entity},${month}-15T10:00:00Z,user,content\n`;
    const lines = months.map((month) => line('revision', monthName(month)));
    if (oldPage) lines.push(line('page', oldPage));
    if (hasUsers) lines.push(line('user', monthName(first)));
    return { name, text: `project,event_id,entity,timestamp,editor_type,page_type\n${lines.join('')}` };
  }
  const revisions = months.map(
    (month) =>
      `<revision><id>${++number}</id><timestamp>${monthName(month)}-15T10:00:00Z</timestamp><text bytes="1"/></revision>`,
  );
  const page = `<page><title>P${number}</title><ns>0</ns><id>${number}</id>${revisions.join('')}</page>`;
  return { name, text: `<mediawiki><siteinfo><dbname>${wiki}wiki</dbname></siteinfo>${page}</mediawiki>` };
}

/** The months of 2024 of which a file can hold all events of a kind. */
function coveredBy({ form, months, hasUsers, oldPage }: Written, kind: Kind): ReadonlySet<number> {
  if (form === 'xml' && kind === 'user') return new Set();
  if (form === 'columns' && kind === 'user' && !hasUsers) return new Set();
  if (form === 'columns' && kind === 'page' && !oldPage) return new Set();
  const all = form === 'bucket' ? months.slice(0, 1) : months;
  const [from, to] = [Math.min(...all), Math.max(...all)];
  return new Set(Array.from({ length: to - from + 1 }, (_, n) => from + n));
}

async function assertNoFalseZero(t: TestContext, files: readonly Written[]): Promise<void> {
  const engines = await newEngines(t);
  const folder = temporaryFolder(t);
  const paths = files.map((file) => {
    const { name, text } = fileOf(file);
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  await importEvents({
    ...WRITER,
    ...engines,
    pseudonyms: PSEUDONYMS,
    files: [...new Set(paths)],
    complete: true,
  });
  await aggregate({ ...WRITER, ...engines, metrics: Object.values(METRICS) });
  const { tables } = await engines.warehouse.states(SIGNAL);
  const january = at('monthly', '2024-01-01');
  for (const [kind, metric] of Object.entries(METRICS) as [Kind, (typeof METRICS)[Kind]][]) {
    const coverage = tables.get(tableOf(metric).name)?.coverage.get('monthly');
    const covered = (wiki: string, month: number): boolean =>
      files.some((file) => file.wiki === wiki && coveredBy(file, kind).has(month));
    for (let month = -300; month < 24; month++) {
      const complete = (scope: string): boolean => isComplete(coverage?.get(scope) ?? [], january + month);
      const wikis = ['de', 'fr'].filter((wiki) => coverage?.has(`${wiki}.wikipedia`));
      const told = `${metric.name} ${month} ${JSON.stringify(files)}`;
      for (const wiki of wikis) assert.ok(!complete(`${wiki}.wikipedia`) || covered(wiki, month), told);
      if (complete('all-projects'))
        assert.ok(
          wikis.every((wiki) => covered(wiki, month)),
          told,
        );
      for (const { form, wiki, months } of files)
        if (form === 'bucket' && months[0] === month) assert.ok(complete(`${wiki}.wikipedia`), told);
    }
  }
}

void test('a month of events is complete only if files covered it, whatever files are combined', async (t) => {
  const files = fc.array(written, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(files, (some) => assertNoFalseZero(t, some)),
    { numRuns: 8 },
  );
});

/** Days of January 2024 of an article, from 0 on; those of `gaps` are there without a number. */
interface Days {
  readonly wiki: 'de' | 'fr';
  readonly article: string;
  readonly days: readonly number[];
  readonly gaps: readonly number[];
}

const days: fc.Arbitrary<Days> = fc.record({
  wiki: fc.constantFrom('de' as const, 'fr' as const),
  article: fc.constantFrom('A', 'B'),
  days: fc.uniqueArray(fc.nat(30), { maxLength: 4 }),
  gaps: fc.uniqueArray(fc.nat(30), { maxLength: 2 }),
});

void test('a day of a metric is complete only if a file covered it and none marks it as unknown', async (t) => {
  const folder = temporaryFolder(t);
  const property = fc.asyncProperty(
    fc.array(fc.array(days, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
    async (files) => {
      const paths = files.map((parts, n) => {
        const lines = parts.flatMap(({ wiki, article, ...of }) =>
          [...of.days.map((day) => [day, '7'] as const), ...of.gaps.map((day) => [day, ''] as const)].map(
            ([day, views]) =>
              `${wiki}.wikipedia,${article},desktop,user,daily,202401${String(day + 1).padStart(2, '0')},${views}\n`,
          ),
        );
        const path = join(folder, `${n}.csv`);
        writeFileSync(path, `project,article,access,agent,granularity,timestamp,views\n${lines.join('')}`);
        return path;
      });
      const claims = new Claims(pageviewsPerArticle, true);
      const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
      const options = { files: paths, skipBad: 0, reading, signal: SIGNAL, onFile: () => claims.begin() };
      for await (const rows of readFiles({ metric: pageviewsPerArticle, ...options })) claims.add(rows);
      const coverage = new Map<string, Coverage>();
      for (const { scope, ...interval } of claims.covers())
        coverage.set(scope, cover(coverage.get(scope) ?? [], interval));
      for (const wiki of ['de', 'fr'])
        for (let day = -5; day < 40; day++) {
          const isCovered = files.some((parts) => {
            const own = parts.filter((part) => part.wiki === wiki);
            const all = own.flatMap((part) => part.days);
            const isGap = own.some((part) => part.gaps.includes(day));
            return !isGap && all.length > 0 && Math.min(...all) <= day && day <= Math.max(...all);
          });
          const complete = isComplete(
            coverage.get(`${wiki}.wikipedia`) ?? [],
            at('daily', '2024-01-01') + day,
          );
          assert.equal(complete, isCovered, `${wiki} ${day}`);
        }
    },
  );
  await fc.assert(property, { numRuns: 100 });
});
