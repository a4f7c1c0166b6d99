/** An object of JSON-LD. */
export type JsonLd = Readonly<Record<string, unknown>>;

/**
 * JSON-LD as the text of a script element. In it no character reference counts, and only `</script` and `<!--` end it or
 * change how it is read. Both need a `<`.
 */
export function scriptText(json: JsonLd): string {
  return JSON.stringify(json).replaceAll('<', '\\u003c');
}
