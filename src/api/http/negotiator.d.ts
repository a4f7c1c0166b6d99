/** What is used of it; @types/negotiator is that of 0.6, in which `encodings` has no preference. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { readonly headers: Readonly<Record<string, string | undefined>> });
    /** The one of the available media types that `accept` wants most; undefined where it wants none. */
    mediaType<Type extends string>(available: readonly Type[]): Type | undefined;
    /** Those of the available codings that `accept-encoding` allows; of equal ones the preferred come first. */
    encodings<Coding extends string>(
      available: readonly Coding[],
      options: { readonly preferred: readonly Coding[] },
    ): Coding[];
  }
}
