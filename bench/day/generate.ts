/**
 * A day of requests to twelve sites, as the logs of their servers: articles by Zipf's law, people, crawlers and
 * programs that don't say what they are, two rotations, repeated lines, late lines and lines that can't be read.
 * The same options make the same bytes.
 * `node dist/bench/day/generate.js --out FOLDER [--requests 10000000] [--seed 1] [--day 2026-10-31]`
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { brokenLine, combinedLine, JsonLines } from './log-lines.ts';
import { HeldLines, LogFile, RotatedLog } from './log-files.ts';
import { Random } from './random.ts';
import { type Request, Traffic } from './traffic.ts';

export interface DayOptions {
  readonly requests: number;
  readonly seed: number;
  /** As in 2026-10-31. */
  readonly day: string;
  /** The folder that the logs come into. */
  readonly out: string;
}

/** What was generated. */
export interface GeneratedDay {
  /** Distinct requests that can be read. */
  readonly requests: number;
  readonly views: number;
  /** Lines that are there again, in the same log or in a later one. */
  readonly repeated: number;
  readonly unreadable: number;
  /** Logs of the format `webrequest`, the oldest first. */
  readonly logs: readonly string[];
  /** Logs of the format `combined`, of one site. */
  readonly combined: { readonly site: string; readonly logs: readonly string[] };
  /** A log that is to be collected after the others: its lines are of all hours. */
  readonly late: string;
}

const ROTATIONS = 2;
/** The shares of lines that are written again, that come later in the same log or the next one, and much later. */
const REPEATED = 0.003;
const HELD = 0.001;
const LATE = 0.0005;
const UNREADABLE = 0.0003;
/** For how many lines a line is held at most, as a share of all. */
const HELD_FOR = 0.3;

/** Writes the logs of a day. */
export function generateDay({ requests, seed, day, out }: DayOptions): GeneratedDay {
  const random = new Random(seed + 0x5eed);
  const traffic = new Traffic(seed, requests, Date.parse(`${day}T00:00:00Z`));
  const json = new JsonLines();
  const log = new RotatedLog(join(out, 'web', 'access.log'), ROTATIONS + 1, requests);
  const combined = new RotatedLog(join(out, 'garden', 'garden.access.log'), ROTATIONS + 1, requests);
  const late = new LogFile(join(out, 'late', 'late.log'));
  const held = new HeldLines();
  // The traffic fills it.
  const request = {} as Request;
  let [views, repeated, unreadable] = [0, 0, 0];
  let combinedSite = '';
  for (let number = 0; number < requests; number++) {
    traffic.next(request);
    const { isCombined, host } = request.site;
    const line = isCombined ? combinedLine(request) : json.line(request, random.below(4));
    const fate = random.next();
    for (const old of held.due(number)) log.write(old, number);
    if (fate < UNREADABLE) {
      unreadable++;
      (isCombined ? combined : log).write(brokenLine(line, isCombined ? 2 : random.below(4)), number);
      continue;
    }
    if (request.isView) views++;
    if (isCombined) {
      combinedSite = host;
      combined.write(line, number);
    } else if (fate > 1 - LATE) late.write(line);
    else if (fate > 1 - LATE - HELD) held.hold(line, number + 1 + random.below(requests * HELD_FOR));
    else {
      log.write(line, number);
      if (fate > 1 - LATE - HELD - REPEATED) {
        repeated++;
        held.hold(line, number + 1 + random.below(requests * HELD_FOR));
      }
    }
  }
  for (const old of held.rest()) late.write(old);
  for (const file of [log, combined, late]) file.close();
  const logs = { logs: log.paths, combined: { site: combinedSite, logs: combined.paths }, late: late.path };
  return { requests: requests - unreadable, views, repeated, unreadable, ...logs };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '10000000' },
      seed: { type: 'string', default: '1' },
      day: { type: 'string', default: '2026-10-31' },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new Error('--out FOLDER says where the logs are to be');
  const { day, out } = values;
  const started = performance.now();
  const generated = generateDay({ requests: Number(values.requests), seed: Number(values.seed), day, out });
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify(generated, null, 1));
  console.error(`${Math.round(Number(values.requests) / seconds)} lines/s`);
}
