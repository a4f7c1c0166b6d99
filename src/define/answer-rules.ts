import type { AnswerDecision, PageAnswer } from './site-rules.ts';

/** A rule about the answer to a request. The first one that holds decides. */
export interface AnswerRule {
  readonly name: string;
  readonly isView: boolean;
  readonly test: (answer: PageAnswer) => boolean;
}

/** @throws Error if no rule holds: the last one of a rule set always does */
export function decideAnswer(answer: PageAnswer, rules: readonly AnswerRule[]): AnswerDecision {
  const rule = rules.find(({ test }) => test(answer));
  if (!rule) throw new Error('the rules of answers have no last one');
  return { isView: rule.isView, rule: rule.name };
}

/** Returns a content type without its parameters, in small letters; undefined where a log has none. */
export function contentTypeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [type = ''] = text.split(';', 1);
  const plain = type.trim().toLowerCase();
  return plain === '' || plain === '-' ? undefined : plain;
}
