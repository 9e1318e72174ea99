import type { Gateway } from '#console/api/contract.ts';
import type { GatewayCheckRequest } from '#console/api/queries/gateways/check.ts';
import type { GatewayCreate, GatewayUpdate } from '#console/api/queries/gateways/gateways.ts';

/** What the form of a gateway holds. */
export interface GatewayValues {
  name: string;
  url: string;
  /** What becomes of the stored token. */
  tokenPlan: 'keep' | 'replace' | 'clear';
  /** The token that was typed; it counts with `replace` only. */
  token: string;
  workspaceRoot: string;
  delivery: Gateway['credential_delivery'];
  allowInsecureTls: boolean;
  isPairing: boolean;
  /** Whether a main agent is set up at once; else nothing is written on the gateway. */
  hasMain: boolean;
}

export const toGatewayValues = (gateway: Gateway | undefined): GatewayValues => ({
  name: gateway?.name ?? '',
  url: gateway?.url ?? '',
  tokenPlan: gateway?.has_token ? 'keep' : 'replace',
  token: '',
  workspaceRoot: gateway?.workspace_root ?? '~/.openclaw',
  delivery: gateway?.credential_delivery ?? 'file',
  allowInsecureTls: gateway?.allow_insecure_tls ?? false,
  isPairing: !(gateway?.disable_device_pairing ?? false),
  hasMain: true,
});

export type GatewayComplaints = Partial<Record<'name' | 'url' | 'workspaceRoot', string>>;

/** What is still missing or wrong, by field. */
export function listComplaints({ name, url, workspaceRoot }: GatewayValues): GatewayComplaints {
  return {
    ...(name.trim() === '' && { name: 'Give it a name, to recognise it by later.' }),
    ...(!isGatewayUrl(url) && { url: 'The address begins with ws:// or wss://, and has no user name.' }),
    ...(workspaceRoot.trim() === '' && { workspaceRoot: 'Say where the gateway keeps the folders of its agents.' }),
  };
}

function isGatewayUrl(text: string): boolean {
  if (!URL.canParse(text.trim())) return false;
  const { protocol, hostname, username } = new URL(text.trim());
  return (protocol === 'ws:' || protocol === 'wss:') && hostname !== '' && username === '';
}

/** The token as the server takes it: null leaves the stored one, an empty one clears it. */
const toToken = ({ tokenPlan, token }: GatewayValues): string | null =>
  tokenPlan === 'clear' ? '' : tokenPlan === 'replace' ? token.trim() || null : null;

const toBody = (values: GatewayValues) => ({
  name: values.name.trim(),
  url: values.url.trim(),
  workspace_root: values.workspaceRoot.trim(),
  credential_delivery: values.delivery,
  allow_insecure_tls: values.allowInsecureTls,
  disable_device_pairing: !values.isPairing,
});

export const toGatewayCreate = (values: GatewayValues): GatewayCreate => ({
  ...toBody(values),
  token: toToken(values),
  provision_main: values.hasMain,
});

/** Only what differs, with the version that was seen. */
export function toGatewayChanges(gateway: Gateway, values: GatewayValues): GatewayUpdate {
  const before: Record<string, unknown> = toBody(toGatewayValues(gateway));
  const changed = Object.entries(toBody(values)).filter(([name, value]) => value !== before[name]);
  const token = toToken(values);
  const isTokenNew = token !== null && (token !== '' || gateway.has_token);
  return { ...Object.fromEntries(changed), ...(isTokenNew && { token }), version: gateway.version };
}

/** The way to a gateway as the form says it; with the stored token where the form leaves it alone. */
export function toCheckRequest(values: GatewayValues, gateway?: Gateway): GatewayCheckRequest {
  const { url, allow_insecure_tls, disable_device_pairing } = toBody(values);
  const token = toToken(values);
  return {
    ...(gateway && { gateway_id: gateway.id }),
    url,
    ...(token !== null && { token }),
    allow_insecure_tls,
    disable_device_pairing,
  };
}

/** The same for two forms exactly when they lead to the gateway by the same way. */
export const toWay = (values: GatewayValues): string => JSON.stringify(toCheckRequest(values));

/** Whether saving would change how the gateway is reached, so that the connection is to be checked first. */
export const isNewWay = (gateway: Gateway, values: GatewayValues): boolean =>
  toWay(values) !== toWay(toGatewayValues(gateway));
