import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnreadableFileError } from '../../load/bad-row.ts';
import type { EventLogReader, LogRecord, Partition } from '../../log/event-log.ts';
import { PositionGoneError } from '../../log/log-errors.ts';
import type { Delivery } from './delivery.ts';
import type { LogFormat } from './format.ts';
import { LINES_TO_RECOGNISE, recognise } from './formats.ts';
import { LONGEST_LINE, type Line } from './line-cutter.ts';
import { checkFormat, type Asked } from './log-head.ts';
import { START, type Progress } from './progress.ts';

/** How many bytes are read and delivered at once. */
const BATCH_BYTES = 256 * 1024;
const POLL_MS = 500;

export interface TopicParts {
  readonly reader: EventLogReader;
  readonly topic: string;
  readonly asked: Asked;
  readonly delivery: Delivery;
  /** Where to continue; the beginning by default. */
  readonly progress?: Progress;
  /** Receives sentences for people, each once. */
  readonly say: (line: string) => void;
}

/**
 * Reads lines from a topic that another program fills, such as varnishkafka. Each record is a line. The id of a line
 * is made of topic, partition and position.
 */
export class TopicSource {
  readonly #parts: TopicParts;
  #format: LogFormat | undefined;

  constructor(parts: TopicParts) {
    this.#parts = parts;
    this.#format = parts.asked.format;
  }

  /** Reads the present records. @throws UnreadableFileError, and the errors of the reader and the delivery */
  async readAll(signal: AbortSignal): Promise<void> {
    const partitions = await this.#partitions();
    if (partitions.length === 0) throw new UnreadableFileError(this.#parts.topic, 'there is no such topic');
    for (const partition of partitions) await this.#read(partition, signal);
  }

  /** Follows the topic until aborted, and waits for it if it doesn't exist yet. */
  async follow(signal: AbortSignal): Promise<void> {
    const { progress } = this.#parts;
    while (!signal.aborted) {
      for (const partition of await this.#partitions()) await this.#read(partition, signal);
      await progress?.save();
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }

  #partitions(): Promise<Partition[]> {
    return this.#parts.reader.partitions(this.#parts.topic);
  }

  async #read(partition: Partition, signal: AbortSignal): Promise<void> {
    const { reader, topic, asked, delivery, progress } = this.#parts;
    const label = `${topic}/${partition.partition}`;
    const identity = createHash('sha256').update(label).digest('base64url').slice(0, 16);
    const { first, next: end } = await reader.ends(partition);
    let from = progress?.of(identity)?.at ?? first;
    // The topic was created again, so its positions start again.
    if (from > end) from = first;
    while (from < end && !signal.aborted) {
      const { records, next } = await reader.read(partition, from, BATCH_BYTES).catch((error: unknown) => {
        if (!(error instanceof PositionGoneError)) throw error;
        this.#parts.say(`${error.message}; reading goes on at ${first}.`);
        return { records: [], next: first };
      });
      const lines = records.map(lineOf);
      const format = (this.#format ??= recognise(lines.slice(0, LINES_TO_RECOGNISE).map(({ text }) => text)));
      if (lines.length > 0) {
        const source = { label, identity, format: checkFormat(label, format, asked), site: asked.site };
        await delivery.deliver(
          lines.filter(({ text }) => text !== ''),
          source,
        );
      }
      if (next === from) return;
      from = next;
      progress?.set(identity, { ...START, at: from });
    }
  }
}

function lineOf({ position, value }: LogRecord): Line {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length > LONGEST_LINE)
    return { at: position, text: bytes.toString('utf8', 0, LONGEST_LINE), isCut: true };
  return { at: position, text: bytes.toString('utf8').replace(/\r?\n$/, '') };
}
