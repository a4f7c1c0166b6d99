// Runs in a process of its own: it starts gateways as processes.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Processes } from '../support/process.ts';

const processes = new Processes();
after(() => processes.end());

const DAYS = Array.from({ length: 40 }, (_, i) =>
  new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
);

/** What a shop has: semicolons, days first, thousands with points, gaps, and a row twice. */
function fileOfShops(): string {
  const rows = DAYS.flatMap((day, i) =>
    ['Nord', 'Süd'].map((shop) => {
      const [year, month, date] = day.split('-');
      const sales = shop === 'Nord' && i % 10 === 3 ? '-' : `${12 + i}.345`;
      return `${date}/${month}/${year};${shop};${sales};${100 + i}`;
    }),
  );
  return ['Datum;Filiale;Umsatz;Kunden', ...rows, rows.at(-1), ''].join('\r\n');
}

/** What someone writes who has seen one example of a data set, and hasn't read on. */
const FIRST_TRY = [
  'dataset: umsatz',
  'title: Umsatz',
  'licence: CC0-1.0',
  'file: umsatz.csv',
  'grain: daily',
  'date: Datum',
  'dimensions: [filiale]',
  'measures: { umsatz: , kunden: }',
  '',
].join('\n');

/** Does what a message says, without knowing more than the message. @returns whether it said something that can be done */
async function follow(message: string, folder: string): Promise<boolean> {
  const yaml = join(folder, 'umsatz.yaml');
  const text = await readFile(yaml, 'utf8');
  const place = /^(\S+?):(\d+)(?::(\d+))?: /.exec(message);
  const write = /(?:; |: )write (.+?)\.$/.exec(message)?.[1];
  const add = /\badd ([a-z]+: '?[^' ]+'?)/.exec(message)?.[1];
  const declare = /declare (missing: \[.*?\])/.exec(message)?.[1];
  if (write?.startsWith('date: ')) await writeFile(yaml, text.replace(/^date: .*$/m, write));
  else if (write !== undefined && place?.[3] !== undefined) {
    const lines = text.split('\n');
    const line = lines[Number(place[2]) - 1] as string;
    const name = /^[{ ]*(?:name: )?([a-z]+)/.exec(write)?.[1] as string;
    lines[Number(place[2]) - 1] = line.replace(new RegExp(`\\b${name}\\b(?!:? \\{)(?:: ?)?`), write);
    await writeFile(yaml, lines.join('\n'));
  } else if (add !== undefined || declare !== undefined) await writeFile(yaml, `${text}${add ?? declare}\n`);
  else if (message.includes('Keep one of them')) {
    const csv = join(folder, 'umsatz.csv');
    const rows = (await readFile(csv, 'utf8')).split('\n');
    rows.splice(Number(place?.[2]) - 1, 1);
    await writeFile(csv, rows.join('\n'));
  } else return false;
  return true;
}

/** Follows the messages of `kraken datasets` until nothing is wrong. @returns the messages of each round */
async function followed(folder: string): Promise<string[][]> {
  const rounds: string[][] = [];
  for (;;) {
    const { stdout, code } = await processes.run('datasets', folder, '--data', join(folder, 'none'));
    const messages = stdout.trim().split('\n').slice(0, -1);
    if (code === 0) return rounds;
    rounds.push(messages);
    assert.ok(rounds.length < 8, `the messages don't lead to an end: ${JSON.stringify(rounds, null, 2)}`);
    // Lines are counted in the text as it was read, so those behind others come first.
    for (const message of messages.toReversed())
      assert.ok(await follow(message, folder), `nobody can follow "${message}"`);
  }
}

async function assertServed(folder: string, path: string): Promise<void> {
  const { api, kraken } = await processes.serve(processes.folder(), '--datasets', folder);
  const [page, picture, numbers] = await Promise.all(
    ['/docs/umsatz', `/metrics/datasets/umsatz/${path}.svg`, `/metrics/datasets/umsatz/${path}.csv`].map(
      async (one) => {
        const response = await fetch(`${api}${one}`);
        assert.equal(response.status, 200, one);
        return response.text();
      },
    ),
  );
  assert.match(page as string, /<h1>umsatz<\/h1>/i);
  assert.match(picture as string, /<path/);
  const rows = (numbers as string).trim().split('\r\n').slice(1);
  assert.equal(rows.length, DAYS.length);
  rows.forEach((row, i) =>
    assert.equal(row, `Nord,daily,${DAYS[i]},${i % 10 === 3 ? '' : `${12 + i}345`},${100 + i}`),
  );
  await kraken.kill();
}

void test("a shop's file is on a chart by the messages alone, starting from a first try", async () => {
  const folder = processes.folder();
  await writeFile(join(folder, 'umsatz.csv'), fileOfShops());
  await writeFile(join(folder, 'umsatz.yaml'), FIRST_TRY);
  const rounds = await followed(folder);
  assert.deepEqual(
    rounds.map((messages) =>
      messages.map((message) => message.replace(/ is not a .*?; likewise.*?; /, ' … ')),
    ),
    [
      ["umsatz.yaml:4:7: umsatz.csv seems to be separated by semicolons: add separator: ';'."],
      [
        'umsatz.yaml:7:14: there is no column filiale: the file has Filiale; write { name: filiale, column: "Filiale" }.',
        'umsatz.yaml:8:21: there is no column umsatz: the file has Umsatz; write umsatz: { column: "Umsatz" }.',
        'umsatz.yaml:8:31: there is no column kunden: the file has Kunden; write kunden: { column: "Kunden" }.',
      ],
      [
        'umsatz.csv:2: the column Datum "01/01/2024" … these dates seem to be dd/mm/yyyy: write date: { column: Datum, format: dd/mm/yyyy }.',
        `umsatz.csv:2: the column Umsatz "12.345" … nobody can tell whether the point stands between thousands or before decimals: add thousands: '.' or decimal: '.', and kind: decimal to the measure then.`,
        'umsatz.csv:8: the column Umsatz "-" … if it stands for a gap, declare missing: ["-"].',
      ],
      [
        'umsatz.csv:82: the row has the same series and date as line 81. Keep one of them, or add the column that tells them apart to dimensions.',
      ],
    ],
  );
  await assertServed(folder, 'Nord/daily/20240101/20240209');
});

/** A report that a spreadsheet of Europe has saved: a column for each language, and no number that tells what a point is. */
function fileOfMonths(): string {
  const rows = Array.from({ length: 14 }, (_, i) => {
    const month = String((i % 12) + 1).padStart(2, '0');
    return `01/${month}/${2014 + Math.floor(i / 12)};${i === 3 ? '' : `12.${345 + i}`};3.${100 + i};1.${200 + i}`;
  });
  return ['Monat;Deutsch;Français;Español', ...rows, ''].join('\r\n');
}

void test('of a report in columns, one line is told and one choice is asked, whatever the number of columns', async () => {
  const folder = processes.folder();
  await writeFile(join(folder, 'umsatz.csv'), fileOfMonths());
  const args = ['--new', join(folder, 'umsatz.csv'), '--data', join(folder, 'none'), '--licence', 'CC0-1.0'];
  const { stdout } = await processes.run('datasets', ...args);
  const lines = stdout.trim().split('\n');
  assert.equal(
    lines[1],
    `umsatz.csv:2: the column Deutsch "12.345" is not a whole number from 0 to 2^53-1; likewise in 12 other rows: line 3 "12.346", line 4 "12.347", line 6 "12.349", line 7 "12.350" …; likewise in 2 other columns: Français, Español; nobody can tell whether the point stands between thousands or before decimals: add thousands: '.' or decimal: '.', and kind: decimal to the measure then.`,
  );
  assert.deepEqual(lines.slice(2, -1), ['0 things published, 1 mistake.']);
  assert.match(
    lines.at(-1) ?? '',
    /^When nothing is wrong, kraken serve --datasets \S+ shows it at http\S+umsatz\.$/,
  );
  // In fourteen months no first day of a month is a day of January.
  const yaml = join(folder, 'umsatz.yaml');
  const written = await readFile(yaml, 'utf8');
  assert.match(written, /^date: \{ column: Monat, format: dd\/mm\/yyyy \} # "01\/01\/2014" in line 2$/m);
  await writeFile(yaml, written.replace('# thousands', 'thousands'));
  assert.deepEqual(await followed(folder), []);
});

void test('the YAML file is written from a file, and what nobody can tell is asked', async () => {
  const folder = processes.folder();
  await writeFile(join(folder, 'umsatz.csv'), fileOfShops());
  const args = ['--new', join(folder, 'umsatz.csv'), '--data', join(folder, 'none')];
  const { stdout, code } = await processes.run('datasets', ...args);
  assert.equal(code, 1);
  assert.match(stdout, /umsatz\.yaml is written/);
  assert.match(stdout, /add thousands: '\.' or decimal: '\.'/);
  assert.equal(
    await readFile(join(folder, 'umsatz.yaml'), 'utf8'),
    `# Made from umsatz.csv. What stands after a # is a note for you: check it, and delete it if you like.
dataset: umsatz
title: umsatz # what is counted, in a few words
licence: LicenseRef-not-named-yet # name the licence of the numbers: CC0-1.0, CC-BY-4.0 …
file: umsatz.csv
separator: ';' # what stands between the fields
# Choose: "12.345" in line 2 may be 12345 or 12.345. Delete the # before the line that is right.
# thousands: '.' # it is 12345
# decimal: '.' # it is 12.345: add kind: decimal to its measure, too
grain: daily # the period of a row: hourly, daily or monthly
date: { column: Datum, format: dd/mm/yyyy } # "01/01/2024" in line 2
dimensions: # what tells the rows of one date apart
  - { name: filiale, column: "Filiale" } # 2 values: Nord, Süd
measures: # the numbers
  umsatz: { column: "Umsatz" } # such as 12.345
  kunden: { column: "Kunden" } # such as 100
# If a number must not be added up (people, stocks, rates), add additive: false to its measure.
missing: ["-"] # texts in columns of numbers, which stand for gaps
`,
  );
  const again = await processes.run('datasets', ...args);
  assert.equal(again.code, 1);
  assert.match(
    again.stderr,
    /umsatz\.yaml is already there: remove it first, or give another name with --name/,
  );
  const yaml = join(folder, 'umsatz.yaml');
  await writeFile(yaml, (await readFile(yaml, 'utf8')).replace('# thousands', 'thousands'));
  assert.equal((await followed(folder)).length, 1, 'only the row that is there twice');
  await assertServed(folder, 'Nord/daily/20240101/20240209');
});
