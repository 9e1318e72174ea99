import { isIP } from 'node:net';
import { Problem } from '../problem.ts';
import { judgeAddress } from './addresses.ts';

/** Ends a job: the same address is refused the next time too. */
const forbiddenTarget = (reason: string) => new Problem('target.forbidden', 422, reason);

/** Reads the address of a target, relative to `base` if given. Throws `target.forbidden` for what is no http(s) address or carries a user name. */
export function parseTarget(text: string, base?: string): URL {
  if (!URL.canParse(text, base)) throw forbiddenTarget('The target is not an absolute address.');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw forbiddenTarget(`The target must begin with http:// or https://, not ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    throw forbiddenTarget('The target must not hold a user name or password.');
  return url;
}

/** The IP address that a host name of a URL is itself, in any notation; undefined when it must be resolved. */
export function findLiteralAddress({ hostname }: URL): string | undefined {
  const literal = hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) === 0 ? undefined : literal;
}

/** Throws `target.forbidden` unless requests may go to every one of these addresses. */
export function assertAddresses(addresses: string[], { allowPrivate }: { allowPrivate: boolean }): void {
  for (const address of addresses) {
    const kind = judgeAddress(address);
    if (kind === 'forbidden')
      throw forbiddenTarget('The target is a link-local or metadata address, which is never called.');
    if (kind === 'private' && !allowPrivate)
      throw forbiddenTarget(
        'The target is a private address; an operator may open those by ALLOW_PRIVATE_TARGETS=true.',
      );
  }
}

/**
 * Throws `target.forbidden` for an address that could never be sent to when somebody configures it: not https (http only
 * where private addresses are allowed), with a user name, or an IP address that is refused. What a name means is checked
 * with every request.
 */
export function assertTarget(text: string, reach: { allowPrivate: boolean }): void {
  const url = parseTarget(text);
  if (url.protocol !== 'https:' && !reach.allowPrivate) throw forbiddenTarget('The target must begin with https://.');
  const literal = findLiteralAddress(url);
  if (literal !== undefined) assertAddresses([literal], reach);
}
