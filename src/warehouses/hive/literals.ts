/** What could end a literal, start a variable (`${env:HOME}`) or a statement, or is no printable character. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const SPECIAL = /[\u0000-\u001f\u007f'"\\$;`]/g;

/**
 * A text as a string literal of HiveQL, which it can't break out of. Hive replaces `${env:HOME}`
 * and `${hiveconf:…}` before it parses, also inside literals: so what is special is spelt by its
 * number. A NUL stays one; an unpaired surrogate is U+FFFD, as wherever text becomes UTF-8.
 */
export function textLiteral(value: string): string {
  const text = Buffer.from(value).toString();
  const spelt = text.replace(SPECIAL, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `'${spelt}'`;
}

/** A name in HiveQL. Names come from the catalogue; quoting them is for those that are keywords. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
