import type { HopName } from '../checks/hops.schema.ts';

/** What a failure at a hop is to the clients of the work contract, and whether it heals by waiting. */
interface Diagnosis {
  hop: HopName;
  /** The coarse code. */
  problem: string;
  status: 422 | 502;
  /** Whether waiting may heal it; what does not needs a person. */
  isTransient: boolean;
  /** One sentence. */
  title: string;
}

const of =
  (hop: HopName, problem: string, { status = 502 as 422 | 502, isTransient = false } = {}) =>
  (title: string): Diagnosis => ({ hop, problem, status, isTransient, title });
const lasting = { isTransient: false };
const passing = { isTransient: true };
const invalid = { status: 422 as const };

/** Every diagnosis by its code. */
export const DIAGNOSES = {
  'gateway.url_invalid': of('url', 'gateway.url_forbidden', invalid)('The address of the gateway cannot be used.'),
  'gateway.address_forbidden': of(
    'address',
    'gateway.url_forbidden',
    invalid,
  )('The operator of this server does not allow this address.'),
  // A resolver that is away, or a network that comes back, heals by itself.
  'gateway.dns_failed': of('dns', 'gateway.unreachable', passing)('This server does not know that name.'),
  'gateway.refused_container': of(
    'tcp',
    'gateway.unreachable',
    passing,
  )('Nothing listens there: inside a container, localhost is the container itself.'),
  'gateway.refused': of('tcp', 'gateway.unreachable', passing)('Nothing listens at that address and port.'),
  'gateway.unreachable': of('tcp', 'gateway.unreachable', passing)('The address does not answer.'),
  'gateway.tls_not_spoken': of('tls', 'gateway.tls_failed', lasting)('The port speaks plain text, not TLS.'),
  'gateway.tls_untrusted': of('tls', 'gateway.tls_failed', lasting)('The certificate is not trusted.'),
  'gateway.tls_name': of('tls', 'gateway.tls_failed', lasting)('The certificate is for another name.'),
  'gateway.tls_date': of('tls', 'gateway.tls_failed', lasting)('The certificate is not valid today.'),
  'gateway.tls_required': of('tls', 'gateway.tls_failed', lasting)('The port speaks TLS.'),
  'gateway.not_openclaw': of('http', 'gateway.unreachable', lasting)('Something else than OpenClaw answers there.'),
  'gateway.starting': of('http', 'gateway.restarting', passing)('The gateway is starting.'),
  'gateway.proxy_untrusted': of(
    'upgrade',
    'gateway.upgrade_refused',
    lasting,
  )('The gateway does not trust the proxy before it.'),
  'gateway.proxy_login': of('upgrade', 'gateway.upgrade_refused', lasting)('An access proxy wants a login.'),
  'gateway.no_upgrade': of('upgrade', 'gateway.upgrade_refused', lasting)('The WebSocket upgrade is not passed on.'),
  'gateway.proxy_bad_gateway': of('upgrade', 'gateway.upgrade_refused', passing)('The proxy cannot reach the gateway.'),
  'gateway.not_http': of('upgrade', 'gateway.upgrade_refused', lasting)('Another service uses the port.'),
  'gateway.handshake_timeout': of(
    'upgrade',
    'gateway.timeout',
    passing,
  )('The connection was accepted, and then nothing came.'),
  'gateway.no_challenge': of('challenge', 'gateway.unreachable', lasting)('No greeting came: an old gateway, or none.'),
  'gateway.origin': of('origin', 'gateway.upgrade_refused', lasting)('Something on the way adds an Origin header.'),
  'gateway.protocol': of('protocol', 'gateway.protocol_unsupported', lasting)('The gateway speaks another protocol.'),
  'gateway.token_wrong': of('auth', 'gateway.auth_failed', lasting)('The gateway does not accept the token.'),
  'gateway.device_token_revoked': of('auth', 'gateway.auth_failed', lasting)('The pairing of this server was revoked.'),
  'gateway.token_missing': of('auth', 'gateway.auth_failed', lasting)('The gateway wants a token.'),
  'gateway.connect_refused': of('auth', 'gateway.auth_failed', lasting)('The gateway refused the connection.'),
  'gateway.pairing_required': of(
    'pairing',
    'gateway.pairing_required',
    lasting,
  )('The gateway does not know this server yet; somebody must approve it there.'),
  'gateway.clock': of('pairing', 'gateway.pairing_required', lasting)('The clocks of the two servers differ.'),
  'gateway.device_identity': of(
    'pairing',
    'gateway.pairing_required',
    lasting,
  )('The gateway does not accept the identity of this server.'),
  'gateway.scopes_empty': of('scopes', 'gateway.scope_missing', lasting)('The gateway gave this server no rights.'),
  'gateway.scope_missing': of('scopes', 'gateway.scope_missing', lasting)('Rights are missing on the gateway.'),
  'gateway.version_old': of('version', 'gateway.version_unsupported', invalid)('The gateway is too old.'),
  'gateway.version_unknown': of('version', 'gateway.version_unsupported', invalid)('The gateway names no version.'),
  'gateway.config_invalid': of('config', 'gateway.rpc_failed', lasting)('The configuration of the gateway has errors.'),
  'gateway.config_pending': of(
    'config',
    'gateway.rpc_failed',
    passing,
  )('A change of the configuration waits for a restart.'),
  'gateway.capability_missing': of(
    'capabilities',
    'gateway.rpc_failed',
    lasting,
  )('Some features are not there on this gateway.'),
  'gateway.no_approval_route': of(
    'approvals',
    'gateway.scope_missing',
    lasting,
  )('Requests of agents for approval would be refused at once.'),
  'gateway.no_model': of('model', 'gateway.rpc_failed', lasting)('No model is set up on the gateway.'),
  'gateway.base_url_unreachable': of(
    'reach_back',
    'gateway.rpc_failed',
    lasting,
  )('Agents on the gateway cannot reach this server.'),
  'gateway.agent_silent': of('round_trip', 'gateway.rpc_failed', passing)('The agent did not begin to answer.'),
  'gateway.agent_model_error': of('round_trip', 'gateway.rpc_failed', passing)('The model failed to answer.'),
} as const satisfies Record<string, Diagnosis>;

export type DiagnosisCode = keyof typeof DIAGNOSES;

/** A code and what was seen; never a token, a key or a value of a configuration. */
export interface Finding {
  code: DiagnosisCode;
  facts: Record<string, unknown>;
}

const finding = (code: DiagnosisCode, facts: Record<string, unknown> = {}): Finding => ({ code, facts });

/** Errors of sockets and TLS, as Node names them. */
const NETWORK: Record<string, DiagnosisCode> = {
  ENOTFOUND: 'gateway.dns_failed',
  EAI_AGAIN: 'gateway.dns_failed',
  ECONNREFUSED: 'gateway.refused',
  EPROTO: 'gateway.tls_not_spoken',
  ERR_SSL_WRONG_VERSION_NUMBER: 'gateway.tls_not_spoken',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'gateway.tls_not_spoken',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'gateway.tls_untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'gateway.tls_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'gateway.tls_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'gateway.tls_untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'gateway.tls_name',
  CERT_HAS_EXPIRED: 'gateway.tls_date',
  CERT_NOT_YET_VALID: 'gateway.tls_date',
};

/** What an error of a socket, of TLS or of the upgrade means. */
export function diagnoseNetwork(error: Error, { isLoopbackInContainer = false } = {}): Finding {
  const code = readErrorCode(error);
  const facts = code === undefined ? {} : { error: code };
  if (code === 'ECONNREFUSED' && isLoopbackInContainer) return finding('gateway.refused_container', facts);
  if (code?.startsWith('HPE_')) return finding('gateway.not_http', facts);
  if (error.message.includes('handshake has timed out')) return finding('gateway.handshake_timeout');
  return finding((code && NETWORK[code]) || 'gateway.unreachable', facts);
}

/** Several addresses fail together: then each has a cause of its own, and the first speaks for all. */
export function readErrorCode(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? readErrorCode(first) : undefined;
}

/** What an HTTP answer to the upgrade means. */
export function diagnoseUpgrade(status: number, headers: Record<string, unknown>): Finding {
  const { server, location } = headers;
  const facts = { status, ...(server ? { server } : {}), ...(location ? { location } : {}) };
  if (status === 403) return finding('gateway.proxy_untrusted', facts);
  if (status === 401 || (status >= 300 && status < 400)) return finding('gateway.proxy_login', facts);
  if (status >= 502 && status <= 504) return finding('gateway.proxy_bad_gateway', facts);
  return finding('gateway.no_upgrade', facts);
}

/** The parts of a refused `connect` that decide. */
export interface ConnectRefusal {
  code: string;
  message: string;
  details: Record<string, unknown>;
  retryAfterMs?: number | undefined;
}

/** How the refused connection tried to get in. */
export interface TriedWay {
  hasDeviceToken: boolean;
  hasDevice: boolean;
  hasToken: boolean;
  isLoopback: boolean;
}

const BY_DETAIL: Record<string, DiagnosisCode> = {
  CONTROL_UI_ORIGIN_NOT_ALLOWED: 'gateway.origin',
  PROTOCOL_MISMATCH: 'gateway.protocol',
  AUTH_TOKEN_MISSING: 'gateway.token_missing',
  AUTH_SCOPE_MISMATCH: 'gateway.scope_missing',
  PAIRING_REQUIRED: 'gateway.pairing_required',
  DEVICE_AUTH_SIGNATURE_EXPIRED: 'gateway.clock',
};

/** What a refused `connect` means. */
export function diagnoseRefusal({ code, details, retryAfterMs }: ConnectRefusal, tried: TriedWay): Finding {
  const detail = typeof details.code === 'string' ? details.code : '';
  const known = BY_DETAIL[detail];
  if (known) return finding(known, factsOf(details));
  if (detail === 'AUTH_TOKEN_MISMATCH')
    return finding(tried.hasDeviceToken ? 'gateway.device_token_revoked' : 'gateway.token_wrong');
  if (detail === 'DEVICE_IDENTITY_REQUIRED') return diagnoseMissingDevice(tried);
  if (detail.startsWith('DEVICE_AUTH_')) return finding('gateway.device_identity', { refusal: detail });
  if (code === 'UNAVAILABLE') return finding('gateway.starting', retryAfterMs ? { retry_after_ms: retryAfterMs } : {});
  if (code === 'NOT_PAIRED') return finding('gateway.pairing_required', factsOf(details));
  return finding('gateway.connect_refused', { refusal: detail || code });
}

/** A gateway that is not on this machine wants a device, even of those who know its token. */
function diagnoseMissingDevice({ hasToken, hasDevice, isLoopback }: TriedWay): Finding {
  const wantsDevice = hasToken && !hasDevice && !isLoopback;
  return finding(wantsDevice ? 'gateway.pairing_required' : 'gateway.token_missing');
}

/** What of a refusal's details people need, under our names. */
const SHOWN = {
  requestId: 'request_id',
  deviceId: 'device_id',
  expectedProtocol: 'expected_protocol',
  clientMaxProtocol: 'our_protocol',
  missingScope: 'scope',
  reason: 'reason',
} as const;

const factsOf = (details: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(SHOWN).flatMap(([theirs, ours]) => (details[theirs] === undefined ? [] : [[ours, details[theirs]]])),
  );
