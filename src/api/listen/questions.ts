import type { Feeds } from '../../feed/feeds.ts';
import type { Follower } from '../../feed/shared-feed.ts';
import type { Followed } from '../../feed/snapshot.ts';
import { RowsPart } from './part.ts';

/**
 * Follows questions from where a client is.
 * @param lastEventId the ids of all questions, joined by commas; undefined if the client has nothing
 * @throws Problem, EngineError
 */
export async function followQuestions(
  feeds: Feeds,
  questions: readonly Followed[],
  lastEventId: string | undefined,
  follower: Follower,
): Promise<RowsPart[]> {
  const given = lastEventId?.split(',') ?? [];
  // An id of other questions is as good as an unknown one.
  const ids =
    lastEventId === undefined || given.length === questions.length ? given : questions.map(() => '?');
  const leaves: (() => void)[] = [];
  try {
    const parts: RowsPart[] = [];
    for (const [i, followed] of questions.entries()) {
      const following = await feeds.follow(followed, follower);
      leaves.push(following.leave);
      const id = ids[i] ?? '';
      const start = await following.feed.start(id === '' ? undefined : id);
      parts.push(new RowsPart(following, start, id, follower));
    }
    return parts;
  } catch (error) {
    for (const leave of leaves) leave();
    throw error;
  }
}
