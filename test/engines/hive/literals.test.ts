import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { identifier, textLiteral } from '../../../src/warehouses/hive/literals.ts';
import { column, openSessions, soon } from './server.ts';

/** What a literal might be broken by. */
const PIECES = [
  "'", "''", '"', '\\', "\\'", '\\\\', '\\u0027', '\\047', '\\%', '\\_', '%', '_', '`', ';', '; --', '--', '/*', '*/',
  '$', '${', '}', '${env:HOME}', '${hiveconf:hive.exec.scratchdir}', '${system:user.home}', '${hivevar:x}', '#{x}',
  '\0', '\b', '\t', '\n', '\r', '\r\n', '\x1a', '\x7f', '\u0085', '\u2028', '\u2029', '\ufeff', '\ufffd', '\uffff',
  '\ud800', '\udc00', '🐈', '👩‍👩‍👧', '𝒳', 'é', 'e\u0301', 'ß', 'İ', 'ⁿ', '漢字', 'ع', ' ', '  ', 'a', 'Z', '0', 'NULL', ' OR 1=1',
]; // prettier-ignore

void test('every text comes back from Hive as it was, as UTF-8 holds it', async (context) => {
  const sessions = openSessions(context);
  const text = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units)),
  );
  const lists = fc.array(text, { minLength: 200, maxLength: 250, size: 'max' });
  const comesBack = fc.asyncProperty(lists, async (texts) => {
    const all = [...PIECES, ...texts];
    const back: (string | null)[] = [];
    for await (const page of sessions.query(`SELECT ${all.map(textLiteral).join(', ')}`, soon())) {
      for (let index = 0; index < all.length; index++) back.push(page.text(index)[0] as string | null);
    }
    assert.deepEqual(
      back,
      all.map((value) => Buffer.from(value).toString()),
    );
  });
  await fc.assert(comesBack, { numRuns: 8, endOnFailure: true });
});

void test('a variable in a literal isn’t replaced, though a session replaces variables', async (context) => {
  const sessions = openSessions(context, { address: { sessions: 1 } });
  await sessions.execute('SET hive.variable.substitute=true', soon());
  const text = '${env:HOME} ${system:user.home} ${hiveconf:hive.exec.scratchdir}';
  assert.deepEqual(await column(sessions, `SELECT ${textLiteral(text)}`), [text]);
});

void test('a text is compared as it is: case, accents, spaces and wildcards count', async (context) => {
  const sessions = openSessions(context);
  const texts = ['A', 'a', 'é', 'e\u0301', 'a ', ' a', 'a%', 'a_', '', '\0', 'a\0', '🐈', '\u{1F408}'];
  const rows = texts.map(textLiteral).join(', ');
  for (const text of texts) {
    const sql = `SELECT t FROM (SELECT explode(array(${rows})) AS t) AS x WHERE t IN (${textLiteral(text)})`;
    const same = texts.filter((other) => other === text);
    assert.deepEqual(await column(sessions, sql), same, JSON.stringify(text));
  }
});

void test('a name that is a keyword, or has a backquote, is one', async (context) => {
  const sessions = openSessions(context);
  for (const name of ['timestamp', 'select', 'a`b', '_m0']) {
    const sql = `SELECT ${identifier(name)} FROM (SELECT 1 AS ${identifier(name)}) AS x`;
    assert.deepEqual(await column(sessions, sql), [1], name);
  }
});
