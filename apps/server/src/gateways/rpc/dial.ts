import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { WebSocket } from 'ws';
import type { Platform } from '#server/platform/context.ts';
import { pinTo, type Resolve } from '#server/platform/outgoing/resolve.ts';
import { findLiteralAddress } from '#server/platform/outgoing/targets.ts';
import { Problem } from '#server/platform/problem.ts';
import { assertGatewayAddresses, assertGatewayHost } from '../registry/gateway-urls.ts';
import { diagnoseNetwork, diagnoseUpgrade } from './diagnoses.rules.ts';
import { ConnectFailure } from './failure.ts';

/** What the gateway announces as the largest frame. */
const MAX_FRAME_BYTES = 26_214_400;

/** Where a connection goes: to these addresses and no other, whatever the name says by now. */
export interface Destination {
  url: URL;
  addresses: string[];
  allowInsecureTls: boolean;
}

const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** The addresses that a gateway's name has now. Throws {@link ConnectFailure} `gateway.dns_failed`. */
export async function resolveGateway({ resolve = resolveBySystem }: Platform, url: URL): Promise<string[]> {
  const literal = findLiteralAddress(url);
  if (literal !== undefined) return [literal];
  const addresses = await resolve(url.hostname).catch((error: Error) => {
    throw new ConnectFailure(diagnoseNetwork(error), { cause: error });
  });
  if (addresses.length === 0) throw new ConnectFailure({ code: 'gateway.dns_failed', facts: { error: 'ENOTFOUND' } });
  return addresses;
}

/** Throws {@link ConnectFailure} `gateway.address_forbidden` unless the host and all its addresses may be dialled. */
export function assertReachable({ config }: Platform, url: URL, addresses: string[]): void {
  try {
    assertGatewayHost(url, config.gateways);
    assertGatewayAddresses(addresses, config.gateways);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new ConnectFailure({ code: 'gateway.address_forbidden', facts: { reason: error.message } }, { cause: error });
  }
}

/** Whether all addresses are this machine itself. */
export const isLoopback = (addresses: string[]): boolean =>
  addresses.every((address) => address === '::1' || address.startsWith('127.'));

/** Whether a refused connection to this machine is only to the container that we run in. */
export const isLoopbackInContainer = (addresses: string[]): boolean =>
  isLoopback(addresses) && (existsSync('/.dockerenv') || existsSync('/run/.containerenv'));

/** TLS is verified unless the gateway's settings say otherwise, and then only where there is TLS. */
export const toTlsOptions = ({ url, allowInsecureTls }: Destination) => ({
  rejectUnauthorized: !(url.protocol === 'wss:' && allowInsecureTls),
});

/** A socket that begins to connect; without Origin, proxy headers or compression. */
export const createSocket = (destination: Destination, handshakeTimeoutMs: number): WebSocket =>
  new WebSocket(destination.url, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    handshakeTimeout: handshakeTimeoutMs,
    followRedirects: false,
    lookup: pinTo(destination.addresses),
    ...toTlsOptions(destination),
  });

/** Until the socket is open. Throws {@link ConnectFailure}. */
export const opened = (socket: WebSocket, { addresses }: Destination): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (request, { statusCode = 0, headers }) => {
      reject(new ConnectFailure(diagnoseUpgrade(statusCode, headers)));
      request.destroy();
    });
    socket.once('error', (error) => {
      reject(new ConnectFailure(diagnoseNetwork(error, { isLoopbackInContainer: isLoopbackInContainer(addresses) })));
    });
    socket.once('close', () => reject(new ConnectFailure({ code: 'gateway.unreachable', facts: {} })));
  });
