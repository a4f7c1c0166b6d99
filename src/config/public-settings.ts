import { baseUrl, contactAddress, networks, orWord, type Setting } from './setting.ts';

/** How the instance appears to the public. */
export const PUBLIC_SETTINGS = {
  publicUrl: orWord(
    baseUrl(
      'KRAKEN_PUBLIC_URL',
      'The public address of the API, used in links. auto: the address that each request names.',
    ),
    'auto',
    'auto',
  ),
  trustedProxies: networks(
    'KRAKEN_TRUSTED_PROXIES',
    'The proxies whose X-Forwarded headers are believed. None by default.',
  ),
  contact: orWord(
    contactAddress(
      'KRAKEN_CONTACT',
      'Where to write about this instance, for /.well-known/security.txt, the catalogue for machines and the User-Agent of kraken mirror: mailto:ADDRESS or an https URL.',
    ),
    'none',
    'none',
  ),
} as const satisfies Record<string, Setting<unknown>>;
