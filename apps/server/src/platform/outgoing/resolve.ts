import { lookup } from 'node:dns/promises';
import { isIPv6, type LookupFunction } from 'node:net';
import type { Config } from '../config.ts';
import { assertAddresses, findLiteralAddress } from './targets.ts';

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** What decides where requests may go: a `Platform` does. `resolve` replaces the system's resolver in tests. */
export interface Reach {
  config: Pick<Config, 'allowPrivateTargets'>;
  resolve?: Resolve;
}

const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * The addresses that a connection to the URL may use: those that its name has now, all of them allowed.
 * Throws `target.forbidden`, or what the resolver throws.
 */
export async function resolveTarget(
  { config, resolve = resolveBySystem }: Reach,
  url: URL,
  timeout: AbortSignal,
): Promise<string[]> {
  const literal = findLiteralAddress(url);
  const addresses = literal === undefined ? await orAborted(resolve(url.hostname), timeout) : [literal];
  assertAddresses(addresses, { allowPrivate: config.allowPrivateTargets });
  return addresses;
}

/** The system's resolver cannot be stopped; we stop waiting for it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** A lookup that knows only these addresses: the connection cannot go anywhere else, whatever the name says by now. */
export const pinTo =
  (addresses: string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const [first] = all;
    if (first === undefined) callback(Object.assign(new Error('The name has no address.'), { code: 'ENOTFOUND' }), []);
    else if (options.all === true) callback(null, all);
    else callback(null, first.address, first.family);
  };
