import { DIAGNOSES, type DiagnosisCode, type Finding } from '../rpc/diagnoses.rules.ts';
import type { Hop } from './checks.schema.ts';

/** What fixes name. */
export interface FixContext {
  /** As it was sent. */
  url: string;
  baseUrl: string;
}

type Steps = (facts: Record<string, unknown>, context: FixContext) => { steps: string[]; command?: string };

const PROXY_LINES =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

const FIXES: Record<DiagnosisCode, Steps> = {
  'gateway.url_invalid': ({ reason }, { url }) => ({
    steps: [String(reason), `Perhaps you mean ${suggestUrl(url)}; a token goes into its own field.`],
  }),
  'gateway.address_forbidden': ({ reason }) => ({
    steps: [String(reason), 'An operator of Mission Control can allow it by the setting that is named there.'],
  }),
  'gateway.dns_failed': () => ({
    steps: [
      'Check the spelling. The name must be known to the server of Mission Control, not to your browser.',
      'Names of Tailscale or of a hosts file need this server in the same network; an IP address works too.',
    ],
  }),
  'gateway.refused_container': () => ({
    steps: [
      'Use the host name host.docker.internal instead of localhost.',
      'On Linux start the container with --add-host host.docker.internal:host-gateway.',
      'Let the gateway listen there: its gateway.bind is loopback unless set.',
    ],
    command: 'openclaw config set gateway.bind lan',
  }),
  'gateway.refused': () => ({
    steps: ['Is the gateway running, on this port, and does it listen on this address (gateway.bind)?'],
    command: 'openclaw gateway status',
  }),
  'gateway.unreachable': () => ({
    steps: [
      'A firewall, or the wrong network, lies between the two servers.',
      'Many servers block port 18789: publish the gateway through port 443 and a reverse proxy, or use a tunnel.',
    ],
  }),
  'gateway.tls_not_spoken': (_, { url }) => ({
    steps: [`Use ${url.replace(/^wss:/, 'ws:')}, or put TLS before the gateway.`],
  }),
  'gateway.tls_untrusted': () => ({
    steps: [
      'Add the authority of this certificate to the server of Mission Control (NODE_EXTRA_CA_CERTS).',
      'Or, as a last resort, allow this certificate without verification (allow_insecure_tls).',
    ],
  }),
  'gateway.tls_name': () => ({ steps: ['Use one of the names in the certificate, or a certificate for this name.'] }),
  'gateway.tls_date': () => ({ steps: ['Renew the certificate; check the clocks of both servers.'] }),
  'gateway.tls_required': (_, { url }) => ({ steps: [`Use ${url.replace(/^ws:/, 'wss:')}.`] }),
  'gateway.not_openclaw': () => ({ steps: ['Another program answers at this address: check host, port and path.'] }),
  'gateway.starting': () => ({ steps: ['Wait: a gateway needs about 20 to 40 s to start. This is tried again.'] }),
  'gateway.proxy_untrusted': () => ({
    steps: ['The proxy adds X-Forwarded headers: name its address in gateway.trustedProxies on the gateway.'],
    command: `openclaw config set gateway.trustedProxies '["<address of the proxy>"]'`,
  }),
  'gateway.proxy_login': () => ({
    steps: ['Exempt this path from the login of the access proxy, for the server of Mission Control.'],
  }),
  'gateway.no_upgrade': () => ({
    steps: [
      'Let the proxy pass the headers Upgrade and Connection; Caddy does by reverse_proxy, nginx by these lines:',
    ],
    command: PROXY_LINES,
  }),
  'gateway.proxy_bad_gateway': () => ({
    steps: ['Is the gateway running, and does the proxy have its right address?'],
    command: 'openclaw gateway status',
  }),
  'gateway.not_http': () => ({ steps: ['Another service uses this port: check the port.'] }),
  'gateway.handshake_timeout': () => ({ steps: ['A wrong service, or a proxy that waits for its target.'] }),
  'gateway.no_challenge': () => ({ steps: ['Update the gateway; without a greeting no pairing is possible.'] }),
  'gateway.origin': () => ({ steps: ['We send no Origin: remove the header in the proxy that adds it.'] }),
  'gateway.protocol': () => ({ steps: ['Update whichever of the two is older.'], command: 'openclaw update' }),
  'gateway.token_wrong': () => ({
    steps: [
      'The token of the gateway is meant (gateway.auth.token), not a model key and not one of Mission Control.',
      'Look for spaces and quotes around it.',
    ],
    command: 'openclaw config get gateway.auth.token',
  }),
  'gateway.device_token_revoked': () => ({ steps: ['Check again: the pairing is asked for anew.'] }),
  'gateway.token_missing': () => ({
    steps: ['Enter the token of the gateway, or switch the pairing of devices on.'],
    command: 'openclaw config get gateway.auth.token',
  }),
  'gateway.connect_refused': () => ({ steps: ['The log of the gateway says why.'], command: 'openclaw logs' }),
  'gateway.pairing_required': ({ request_id }) => ({
    steps: ['Approve this server on the host of the gateway, then check again.'],
    command: `openclaw devices approve ${request_id ?? '<request id>'}`,
  }),
  'gateway.clock': () => ({ steps: ['Set both clocks: they differ by more than two minutes.'] }),
  'gateway.device_identity': () => ({
    steps: ['Remove this server from the devices of the gateway, and check again.'],
    command: 'openclaw devices list',
  }),
  'gateway.scopes_empty': () => ({
    steps: ['The identity of this server was not trusted: pair it (do not switch disable_device_pairing on).'],
  }),
  'gateway.scope_missing': () => ({
    steps: [
      'Without operator.admin nothing is provisioned, without operator.approvals nothing is approved here.',
      'Approve this server on the gateway again, with more rights; or only observe.',
    ],
  }),
  'gateway.version_old': () => ({ steps: ['Update the gateway.'], command: 'openclaw update' }),
  'gateway.version_unknown': () => ({ steps: ['Update the gateway.'], command: 'openclaw update' }),
  'gateway.config_invalid': () => ({
    steps: ['Correct the named settings on the gateway.'],
    command: 'openclaw doctor --fix',
  }),
  'gateway.config_pending': () => ({
    steps: ['Restart the gateway when its agents are idle.'],
    command: 'openclaw gateway restart',
  }),
  'gateway.capability_missing': () => ({
    steps: ['What needs the named methods falls back or is left out; update the gateway to have it.'],
  }),
  'gateway.no_approval_route': () => ({
    steps: ['Approve this server on the gateway again, with operator.approvals.'],
  }),
  'gateway.no_model': () => ({
    steps: ['Agents cannot answer until a model is set up there.'],
    command: 'openclaw configure',
  }),
  'gateway.base_url_unreachable': (_, { baseUrl }) => ({
    steps: [`Set BASE_URL of Mission Control (now ${baseUrl}) to an address that the host of the gateway can reach.`],
  }),
  'gateway.agent_silent': () => ({ steps: ['The agent is busy, or unknown to the gateway: look at its sessions.'] }),
  'gateway.agent_model_error': () => ({ steps: ['The provider of the model failed: check its key and its limits.'] }),
};

/** What to do about a finding. */
export function toFix({ code, facts }: Finding, context: FixContext): Hop['fix'] {
  return { title: DIAGNOSES[code].title, ...FIXES[code](facts, context) };
}

/** The address that was perhaps meant. */
export function suggestUrl(text: string): string {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `ws://${text}`;
  if (!URL.canParse(withScheme)) return 'ws://<host>:18789';
  const { protocol, hostname, port, pathname } = new URL(withScheme);
  const isSecure = protocol === 'https:' || protocol === 'wss:';
  const host = hostname === '0.0.0.0' || hostname === '[::]' || hostname === '' ? '<host>' : hostname;
  const place = port === '' ? (isSecure ? '' : ':18789') : `:${port}`;
  return `${isSecure ? 'wss' : 'ws'}://${host}${place}${pathname === '/' ? '' : pathname}`;
}
