import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Who calls: the peer, and behind a trusted proxy the first client that `Forwarded`, else `X-Forwarded-For`, names. Takes
 * addresses and CIDR ranges as the configuration has checked them.
 */
export function createClientIp(trustedProxies: readonly string[]): (request: FastifyRequest) => string {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    trusted.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return ({ headers, raw }) => {
    const peer = raw.socket.remoteAddress ?? '';
    if (!trusted.check(peer, isIP(peer) === 6 ? 'ipv6' : 'ipv4')) return peer;
    const named = /^[^,]*?\bfor=("[^"]*"|[^;,\s]*)/i.exec(headers.forwarded ?? '')?.[1];
    const [first] = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    return toAddress(named) ?? toAddress(first) ?? peer;
  };
}

/** The address of `"[2001:db8::1]:443"`, `192.0.2.1:80` or a plain one; undefined for anything else. */
function toAddress(written: string | undefined): string | undefined {
  const plain = written?.replaceAll('"', '').trim() ?? '';
  const address = /^\[([^\]]*)\](?::\d+)?$/.exec(plain)?.[1] ?? (/^([\d.]+):\d+$/.exec(plain)?.[1] || plain);
  return isIP(address) === 0 ? undefined : address;
}
