/** Characters that could end a literal, start a variable (`${env:HOME}`) or a statement, and control characters. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const SPECIAL = /[\u0000-\u001f\u007f'"\\$;`]/g;

/**
 * Returns a text as an escaped string literal of HiveQL. Hive replaces `${env:HOME}` and `${hiveconf:…}`
 * before parsing, even inside literals, so special characters are written by their numbers. A NUL stays a
 * NUL. An unpaired surrogate becomes U+FFFD, as in any conversion to UTF-8.
 */
export function textLiteral(value: string): string {
  const text = Buffer.from(value).toString();
  const spelt = text.replace(SPECIAL, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `'${spelt}'`;
}

/** Quotes a name for HiveQL. Names come from the catalogue; some of them are keywords. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
