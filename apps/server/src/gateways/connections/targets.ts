import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { getDevice, getDeviceToken, keepDeviceToken } from '../devices/devices.service.ts';
import { removeDeviceToken } from '../devices/devices.store.ts';
import { readGatewayUrl } from '../registry/gateway-urls.ts';
import { type Client, type ClientOptions, openClient } from '../rpc/client.ts';
import { assertReachable, type Destination, resolveGateway } from '../rpc/dial.ts';
import { ConnectFailure } from '../rpc/failure.ts';

/** How a gateway is reached. */
export interface Target {
  /** The saved gateway that it is; null for one that is not saved. */
  gatewayId: string | null;
  url: string;
  token: string | null;
  allow_insecure_tls: boolean;
  disable_device_pairing: boolean;
}

/** The address of a target. Throws {@link ConnectFailure} `gateway.url_invalid`. */
export function readTargetUrl(url: string): URL {
  try {
    return new URL(readGatewayUrl(url).url);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new ConnectFailure({ code: 'gateway.url_invalid', facts: { reason: error.message } }, { cause: error });
  }
}

/** Opens a connection of one's own. Throws {@link ConnectFailure}. */
export async function openTarget(ctx: Context, target: Target, options: ClientOptions): Promise<Client> {
  const url = readTargetUrl(target.url);
  const addresses = await resolveGateway(ctx, url);
  assertReachable(ctx, url, addresses);
  return openAt(ctx, target, { url, addresses, allowInsecureTls: target.allow_insecure_tls }, options);
}

/** As {@link openTarget}, at addresses that are known and allowed. */
export async function openAt(
  ctx: Context,
  { gatewayId, token, disable_device_pairing }: Target,
  destination: Destination,
  options: ClientOptions,
): Promise<Client> {
  const device = disable_device_pairing ? null : await getDevice(ctx);
  const deviceToken = gatewayId === null || !device ? null : await getDeviceToken(ctx, gatewayId);
  try {
    const client = await openClient(ctx, destination, { token, deviceToken, device }, options);
    if (gatewayId !== null && client.fellBack) await removeDeviceToken(ctx, gatewayId);
    if (gatewayId !== null && client.deviceToken !== null && client.deviceToken !== deviceToken)
      await keepDeviceToken(ctx, gatewayId, { token: client.deviceToken, scopes: client.hello.scopes });
    return client;
  } catch (error) {
    const isRevoked = error instanceof ConnectFailure && error.diagnosis === 'gateway.device_token_revoked';
    if (isRevoked && gatewayId !== null) await removeDeviceToken(ctx, gatewayId);
    throw error;
  }
}
