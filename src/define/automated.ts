import { versionOf } from './version.ts';

/** What an actor did in a calendar day, up to the end of an hour. Names are the columns' in SQL. */
export interface ActorStats {
  readonly views: number;
  /** How many distinct pages they were of. */
  readonly pages: number;
  /** From the first view to the last, in minutes; at least 1. */
  readonly minutes: number;
  /** How many of the views came without any cookie, where requests say so; else 0. */
  readonly views_without_cookies: number;
  /** The length of the user agent, in characters. */
  readonly user_agent_length: number;
}

/** `field op value`, or `field op value * times`. Values are whole, so that every engine computes the same. */
export interface Condition {
  readonly field: keyof ActorStats;
  readonly op: '<' | '<=' | '>' | '>=';
  readonly value: number;
  readonly times?: keyof ActorStats;
}

/** A rule holds if all its conditions do. The first one that holds decides. */
export interface AutomatedRule {
  /** Why the actor is taken for a program; undefined where the rule says that it is none. */
  readonly reason?: string;
  readonly when: readonly Condition[];
}

/** Our heuristic. Its limits follow Wikimedia's of 2020 (analytics/refinery, hql/webrequest/actor/). */
export const AUTOMATED_RULES: readonly AutomatedRule[] = [
  { when: [{ field: 'views', op: '<', value: 10 }] },
  { reason: 'many-views', when: [{ field: 'views', op: '>', value: 800 }] },
  { reason: 'fast', when: [{ field: 'views', op: '>=', value: 30, times: 'minutes' }] },
  {
    reason: 'few-pages',
    when: [
      { field: 'views', op: '>', value: 100 },
      { field: 'views_without_cookies', op: '>', value: 10 },
      { field: 'views', op: '>', value: 5, times: 'pages' },
    ],
  },
  { reason: 'long-user-agent', when: [{ field: 'user_agent_length', op: '>', value: 400 }] },
  { reason: 'short-user-agent', when: [{ field: 'user_agent_length', op: '<', value: 25 }] },
];

export const AUTOMATED_VERSION = versionOf('automated', 1, AUTOMATED_RULES);

/** Returns why an actor is taken for a program that doesn't say so; undefined where it isn't. */
export function automatedBy(stats: ActorStats, rules = AUTOMATED_RULES): string | undefined {
  return rules.find(({ when }) => when.every((condition) => holds(condition, stats)))?.reason;
}

/** The same as an expression of SQL over columns that are called as the fields; NULL where it isn't a program. */
export function automatedSql(rules = AUTOMATED_RULES): string {
  const cases = rules.map(({ reason, when }) => {
    const conditions = when.map(
      ({ field, op, value, times }) => `${field} ${op} ${value}${times === undefined ? '' : ` * ${times}`}`,
    );
    return `WHEN ${conditions.join(' AND ')} THEN ${reason === undefined ? 'NULL' : `'${reason}'`}`;
  });
  return `CASE ${cases.join(' ')} END`;
}

function holds({ field, op, value, times }: Condition, stats: ActorStats): boolean {
  const limit = times === undefined ? value : value * stats[times];
  const found = stats[field];
  if (op === '<') return found < limit;
  if (op === '<=') return found <= limit;
  return op === '>' ? found > limit : found >= limit;
}
