import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { Reader, type Response } from 'mmdb-lib';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/setting.ts';
import type { CountryReader } from '../define/country.ts';
import { whyUnreadable } from '../files/file-error.ts';

/** What files say of an address: MaxMind and DB-IP in `country.iso_code`, others in `country_code` or `country`. */
interface Place {
  readonly country?: { readonly iso_code?: unknown } | string;
  readonly country_code?: unknown;
}

/**
 * Opens the operator's own file of countries (`KRAKEN_GEO`); undefined where none is set. The file is read as a
 * whole, and a newer one at the next start.
 * @throws ConfigError if it can't be read, or is no file of this format
 */
export async function openCountries({ geo }: Pick<Config, 'geo'>): Promise<CountryReader | undefined> {
  if (geo === 'none') return undefined;
  const reader = await open(geo);
  const { databaseType, buildEpoch, ipVersion } = reader.metadata;
  return {
    version: `${databaseType}-${buildEpoch.toISOString().slice(0, 10)}`,
    country(address) {
      const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '');
      const family = isIP(plain);
      // mmdb-lib answers for an address of IPv6 from a file of IPv4, with nonsense.
      if (family === 0 || (family === 6 && ipVersion === 4)) return undefined;
      return codeOf(reader.get(plain) as Place | null);
    },
  };
}

async function open(path: string): Promise<Reader<Response>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ConfigError(`KRAKEN_GEO is ${path}, which can't be read: ${whyUnreadable(error)}.`, {
      cause: error,
    });
  }
  try {
    return new Reader(bytes);
  } catch (error) {
    throw new ConfigError(
      `KRAKEN_GEO is ${path}, which is no file of MaxMind's format .mmdb: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function codeOf(place: Place | null): string | undefined {
  const { country, country_code: plain } = place ?? {};
  const code = typeof country === 'object' ? country.iso_code : (plain ?? country);
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : undefined;
}
