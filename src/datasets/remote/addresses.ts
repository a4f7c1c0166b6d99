import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { FetchError } from './fetch-error.ts';

/** Networks whose addresses aren't public: those of this machine, of companies and homes, and those with a special meaning. */
const NOT_PUBLIC = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  '::/128 ::1/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8',
]
  .join(' ')
  .split(' ');

/** The words that stand for networks. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Says which addresses files may be fetched from: public ones, and those of allowed networks. */
export class Addresses {
  readonly #refused = blockList(NOT_PUBLIC);
  readonly #allowed: BlockList;

  /** @param allowed addresses and networks, such as `10.0.0.0/8` or `loopback`, that needn't be public */
  constructor(allowed: readonly string[]) {
    this.#allowed = blockList(allowed.flatMap((network) => NAMED[network] ?? [network]));
  }

  isAllowed(address: string): boolean {
    // An IPv4 address may be written as one of IPv6.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    if (/^::ffff:/i.test(plain)) return false;
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    return this.#allowed.check(plain, family) || !this.#refused.check(plain, family);
  }

  /** @throws FetchError if a host is written as an address that isn't allowed */
  checkHost(host: string): void {
    const address = host.replace(/^\[|\]$/g, '');
    if (isIP(address) !== 0 && !this.isAllowed(address)) throw notPublic(host);
  }

  /**
   * Looks a host up when a connection is made, and gives it only addresses that are allowed: what was checked is what is
   * connected to.
   */
  readonly lookup: LookupFunction = (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      const allowed = error ? [] : found.filter(({ address }) => this.isAllowed(address));
      const [first] = allowed;
      if (error) callback(error, [], 0);
      else if (!first) callback(notPublic(host), [], 0);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function notPublic(host: string): FetchError {
  return new FetchError(`${host} is not a public address; KRAKEN_FETCH_NETWORKS allows others`);
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}
