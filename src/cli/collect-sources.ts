import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Delivery } from '../collect/logs/delivery.ts';
import { Follower, FOLLOW_TIMES } from '../collect/logs/follow.ts';
import type { Asked } from '../collect/logs/log-head.ts';
import { logFiles } from '../collect/logs/places.ts';
import { Progress } from '../collect/logs/progress.ts';
import { readLog } from '../collect/logs/read-log.ts';
import { TopicSource } from '../collect/logs/topic.ts';
import { UnreadableFileError } from '../load/bad-row.ts';
import { fileLabel, STDIN } from '../load/source.ts';
import { say } from './report.ts';

/** What is to be collected: files, folders, `-`, topics of Kafka. */
export interface SourceParts {
  readonly sources: readonly string[];
  readonly asked: Asked;
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
}

/** Reads each source to its end. @throws UnreadableFileError, EngineError */
export async function readSources(parts: SourceParts): Promise<void> {
  for (const source of parts.sources) {
    if (isTopic(source)) await withTopic(source, parts, (topic) => topic.readAll(parts.signal));
    else if (source === STDIN) await readOne(STDIN, true, parts);
    else for (const { path, isNamed } of await logFiles(source)) await readOne(path, isNamed, parts);
  }
}

/**
 * Stays with all of them until it is aborted.
 * @param folder where it is remembered how far they were collected
 * @param to where they go to: another log has nothing of them yet
 */
export async function followSources(parts: SourceParts, folder: string, to: string): Promise<void> {
  const { asked, delivery } = parts;
  // What fails ends the others.
  const failing = new AbortController();
  const signal = AbortSignal.any([parts.signal, failing.signal]);
  const follow = async (
    names: readonly string[],
    run: (progress: Progress) => Promise<void>,
  ): Promise<void> => {
    try {
      const key = createHash('sha256')
        .update(JSON.stringify([to, names]))
        .digest('hex');
      await run(await Progress.open(join(folder, `${key.slice(0, 16)}.json`)));
    } catch (error) {
      failing.abort();
      throw error;
    }
  };
  const files = parts.sources.filter((source) => !isTopic(source));
  const paths = files.map((path) => resolve(path));
  say(`Following ${parts.sources.join(', ')} (Ctrl-C ends it).`);
  const following = parts.sources
    .filter(isTopic)
    .map((source) =>
      follow([source], (progress) =>
        withTopic(source, { ...parts, signal, progress }, (topic) => topic.follow(signal)),
      ),
    );
  if (files.length > 0) {
    following.push(
      follow(paths, (progress) =>
        new Follower(files, { asked, delivery, progress, clock: Date, times: FOLLOW_TIMES, say }).run(signal),
      ),
    );
  }
  const ended = await Promise.allSettled(following);
  for (const one of ended) if (one.status === 'rejected' && !isAborted(one.reason)) throw one.reason as Error;
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

async function readOne(
  path: string,
  isNamed: boolean,
  { asked, delivery, signal }: SourceParts,
): Promise<void> {
  try {
    const read = await readLog(path, asked, delivery, signal);
    if (!read) say(`${fileLabel(path)} is empty.`);
    else if (read.isTailLeft)
      say(`${path}: its last line has no end, and was left: it may still be written.`);
  } catch (error) {
    // A folder may hold other files, too.
    if (isNamed || !(error instanceof UnreadableFileError)) throw error;
    say(`left out: ${error.message}`);
  }
}

function isTopic(source: string): boolean {
  return source.startsWith('kafka://');
}

async function withTopic(
  source: string,
  { asked, delivery, progress }: SourceParts & { progress?: Progress },
  work: (topic: TopicSource) => Promise<void>,
): Promise<void> {
  const [{ openKafkaTopic }, { parseKafkaAddress, topicOf }] = await Promise.all([
    import('../log/kafka/open.ts'),
    import('../log/kafka/address.ts'),
  ]);
  const place = source.slice('kafka:'.length);
  const topic = topicOf(parseKafkaAddress(place));
  const reader = await openKafkaTopic(place);
  try {
    await work(new TopicSource({ reader, topic, asked, delivery, say, ...(progress && { progress }) }));
  } finally {
    await reader.close();
  }
}
