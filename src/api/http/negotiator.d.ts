/** The parts that Kraken uses. @types/negotiator describes 0.6, whose `encodings` has no `preferred`. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { readonly headers: Readonly<Record<string, string | undefined>> });
    /** Returns the available media type that `accept` prefers; undefined if it accepts none. */
    mediaType<Type extends string>(available: readonly Type[]): Type | undefined;
    /** Returns the available codings that `accept-encoding` allows. Among equal ones, the preferred come first. */
    encodings<Coding extends string>(
      available: readonly Coding[],
      options: { readonly preferred: readonly Coding[] },
    ): Coding[];
  }
}
