import type { GatewayCheck, GatewayHop } from '#console/api/contract.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import type { StateLook } from '#console/ui/state/mark.tsx';

const titles: Record<string, string> = {
  url: 'Address',
  address: 'Address policy',
  dns: 'Name',
  tcp: 'Port',
  tls: 'Certificate',
  http: 'OpenClaw',
  upgrade: 'WebSocket',
  challenge: 'Greeting',
  origin: 'Origin',
  protocol: 'Protocol',
  auth: 'Token',
  pairing: 'Pairing',
  scopes: 'Rights',
  version: 'Version',
  config: 'Configuration',
  capabilities: 'Features',
  approvals: 'Way for approvals',
  model: 'Model',
  reach_back: 'Way back to this server',
  round_trip: 'Answer of an agent',
};

/** What a hop is about, in words. */
export const toHopTitle = (hop: string): string => titles[hop] ?? toWords(hop);

export const hopLooks = {
  ok: { tone: 'ok', shape: 'dot', word: 'Passed' },
  warn: { tone: 'warn', shape: 'half', word: 'Warning' },
  fail: { tone: 'bad', shape: 'diamond', word: 'Failed' },
  skipped: { tone: 'idle', shape: 'ring', word: 'Not tried' },
} as const satisfies Record<GatewayHop['status'], StateLook>;

/** Failures that end without a change of the settings: somebody approves, or the gateway has started. */
const PASSING = ['gateway.pairing_required', 'gateway.starting'];

/** Whether it is worth checking again by itself. */
export const isWorthWaiting = ({ ok, code }: GatewayCheck): boolean => !ok && code !== null && PASSING.includes(code);

/** Behind these the server is in: a gateway can be saved and put in order later. */
const AFTER_LOGIN: readonly string[] = [
  'scopes',
  'config',
  'capabilities',
  'approvals',
  'model',
  'reach_back',
  'round_trip',
];

/** Whether the gateway was reached and let this server in, though something there is not as it should be. */
export const isReached = ({ failed_hop }: GatewayCheck): boolean =>
  failed_hop === null || AFTER_LOGIN.includes(failed_hop);
