/** How an unknown country is spelled in AQS's answers. */
export const UNKNOWN_COUNTRY = '--';

/** What reads an operator's own `.mmdb` file. */
export interface CountryReader {
  /** Names the data, for the version of what was made with it. */
  readonly version: string;
  /** Returns the ISO 3166-1 code of an address's country. */
  country(address: string): string | undefined;
}

/** Returns the ISO 3166-1 code of the country that an address lies in; `--` where it is unknown. */
export function countryOf(address: string | undefined, reader?: CountryReader): string {
  if (address === undefined || address === '') return UNKNOWN_COUNTRY;
  return reader?.country(address) ?? UNKNOWN_COUNTRY;
}
