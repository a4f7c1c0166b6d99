import { Option, type Command } from 'commander';
import { hostOf } from '../collect/host-of.ts';
import type { LineTaker } from '../collect/logs/delivery.ts';
import { LOG_FORMATS } from '../collect/logs/formats.ts';
import { readLine } from '../collect/logs/line-reader.ts';
import type { Asked } from '../collect/logs/log-head.ts';
import { readLog } from '../collect/logs/read-log.ts';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { decide } from '../define/decide.ts';
import { type Definitions, ruleVersions } from '../define/definitions.ts';
import { factsOfRequest } from '../define/facts.ts';
import { BY_HOST, sameRules } from '../define/site-choice.ts';
import { openCountries } from '../setup/countries.ts';
import { type DefinedLine, DEFINED_LINE_FORMATS, type DefinedLineFormat } from './defined-line.ts';
import { interruption } from './interruption.ts';
import { UsageError } from './named-metrics.ts';
import { count, say } from './report.ts';

interface DefineOptions {
  readonly format: DefinedLineFormat;
  readonly lines?: string;
  readonly site?: string;
  readonly rules?: string;
}

const DAY_MS = 86_400_000;

export function declare(command: Command): void {
  command
    .argument('<file>', 'a log, plain or packed; - is standard input')
    .addOption(
      new Option('--format <format>', 'json prints an object a line')
        .choices(Object.keys(DEFINED_LINE_FORMATS))
        .default('table'),
    )
    .addOption(
      new Option(
        '--lines <name>',
        'how the lines are written; recognised by the first ones unless given',
      ).choices(LOG_FORMATS.map(({ name }) => name)),
    )
    .option('--site <host>', 'the site that was asked for, where lines name none')
    .addOption(
      new Option(
        '--rules <name>',
        'the rules of all sites; by default each host has those that kraken refine gives it',
      ).choices(BY_HOST.rules.map(({ name }) => name)),
    )
    .action((file: string, options: Flags & DefineOptions) =>
      defineCommand(readConfig(process.env, options), file, options),
    );
}

/**
 * `kraken define`: prints what the definitions say of each line of a log, and which rule says it. On stderr it
 * says how many lines each rule decided.
 * @throws UsageError, UnreadableFileError, ConfigError
 */
async function defineCommand(config: Config, file: string, options: DefineOptions): Promise<void> {
  const format = LOG_FORMATS.find(({ name }) => name === options.lines);
  const site = siteOf(options.site);
  const asked: Asked = { isWhole: true, ...(format && { format }), ...(site !== undefined && { site }) };
  const rules = BY_HOST.rules.find(({ name }) => name === options.rules);
  const sites = rules ? sameRules(rules) : BY_HOST;
  const definitions = { sites, countries: await openCountries(config) };
  const printer = new Printer(definitions, options.format);
  const read = await readLog(file, asked, printer, interruption());
  if (!read) say(`${file} is empty.`);
  printer.report();
}

/** @throws UsageError */
function siteOf(text: string | undefined): string | undefined {
  const host = text === undefined ? undefined : hostOf(text);
  if (text === undefined || host !== undefined) return host;
  throw new UsageError(`--site is ${JSON.stringify(text)}, but it takes a host such as example.org`);
}

/** Prints what the rules say of lines, and counts the lines by the rule that decided. */
class Printer implements LineTaker {
  readonly #definitions: Definitions;
  readonly #format: DefinedLineFormat;
  readonly #counts = new Map<string, number>();
  #isHeadWritten = false;

  constructor(definitions: Definitions, format: DefinedLineFormat) {
    this.#definitions = definitions;
    this.#format = format;
  }

  async deliver(...[lines, source]: Parameters<LineTaker['deliver']>): Promise<void> {
    const { head, write } = DEFINED_LINE_FORMATS[this.#format];
    let text = this.#isHeadWritten ? '' : head;
    this.#isHeadWritten = true;
    for (const line of lines) {
      const { incoming, reason } = readLine(line, source, Date);
      const defined = this.#defined(line.at, incoming.event, incoming.timeMs, reason);
      const rule = 'reason' in defined ? 'unreadable' : defined.rule;
      const key = `${!('reason' in defined) && defined.isView ? 'view' : 'no view'}: ${rule}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      text += write(defined);
    }
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }

  #defined(
    at: number,
    event: Readonly<Record<string, unknown>>,
    timeMs: number | undefined,
    reason: string | undefined,
  ): DefinedLine {
    if (reason !== undefined) return { at, reason };
    const time = timeMs ?? Date.now();
    const facts = factsOfRequest(event);
    const decisions = decide(facts, Math.floor(time / DAY_MS), this.#definitions);
    return { at, time: new Date(time).toISOString(), request: facts, ...decisions };
  }

  report(): void {
    for (const [key, lines] of [...this.#counts].sort(([, a], [, b]) => b - a)) say(`${count(lines)} ${key}`);
    for (const [name, version] of Object.entries(ruleVersions(this.#definitions))) say(`${name}: ${version}`);
  }
}
