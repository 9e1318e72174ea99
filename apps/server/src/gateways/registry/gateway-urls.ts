import { judgeAddress } from '#server/platform/outgoing/addresses.ts';
import { findLiteralAddress } from '#server/platform/outgoing/targets.ts';
import { Problem } from '#server/platform/problem.ts';

/** Which gateways the operator of this server allows. */
export interface GatewayPolicy {
  /** Host names; none means all. */
  allowedHosts: readonly string[];
  /** Whether loopback and private addresses are refused, too. */
  denyPrivate: boolean;
}

const forbidden = (reason: string) => new Problem('gateway.url_forbidden', 422, reason);

/**
 * The address of a gateway, and the token that old clients wrote into it: we never open a URL with a token. A host that
 * is an address is judged here; a name is judged by what it resolves to, each time that it is dialled. Throws
 * `gateway.url_forbidden`.
 */
export function parseGatewayUrl(text: string, policy: GatewayPolicy): { url: string; token: string | null } {
  const { url, token } = readGatewayUrl(text);
  assertGatewayHost(new URL(url), policy);
  return { url, token };
}

/** As {@link parseGatewayUrl}, whoever the operator allows. */
export function readGatewayUrl(text: string): { url: string; token: string | null } {
  if (!URL.canParse(text)) throw forbidden('The address is not absolute; it begins with ws:// or wss://.');
  const url = new URL(text);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw forbidden(`A gateway is reached by ws:// or wss://, not by ${url.protocol}`);
  if (url.username !== '' || url.password !== '')
    throw forbidden('The address must not hold a user name or password; send the token apart.');
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]')
    throw forbidden('This is what a server listens on, not where it is reached: name its host.');
  const token = url.searchParams.get('token');
  if (token === null && url.hash === '') return { url: text, token: null };
  url.searchParams.delete('token');
  url.hash = '';
  return { url: url.href, token: token || null };
}

/** Throws `gateway.url_forbidden` for a host that the operator does not allow. */
export function assertGatewayHost(url: URL, policy: GatewayPolicy): void {
  if (policy.allowedHosts.length > 0 && !policy.allowedHosts.includes(url.hostname))
    throw forbidden('The operator of this server does not allow this host (GATEWAY_ALLOWED_HOSTS).');
  const literal = findLiteralAddress(url);
  if (literal !== undefined) assertGatewayAddresses([literal], policy);
}

/** Throws `gateway.url_forbidden` unless every one of these addresses may be dialled. */
export function assertGatewayAddresses(addresses: string[], { denyPrivate }: GatewayPolicy): void {
  for (const address of addresses) {
    const kind = judgeAddress(address);
    if (kind === 'forbidden') throw forbidden('Link-local and metadata addresses are never called.');
    if (kind === 'private' && denyPrivate)
      throw forbidden('The operator of this server does not allow private addresses (GATEWAY_DENY_PRIVATE).');
  }
}
