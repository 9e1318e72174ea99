import type { GatewayCheck, GatewayHop } from '#console/api/contract.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import type { StateLook } from '#console/ui/state/mark.tsx';

const titles: Record<string, string> = {
  url: 'The address can be read',
  address: 'The address may be dialled',
  dns: 'The name is known to the server',
  tcp: 'The port answers',
  tls: 'The certificate is trusted',
  http: 'OpenClaw answers there',
  upgrade: 'The connection is let through',
  challenge: 'The gateway greets',
  origin: 'No origin is in the way',
  protocol: 'Both speak one protocol',
  auth: 'The token is right',
  pairing: 'This server is paired',
  scopes: 'The rights are enough',
  version: 'The version is new enough',
  config: 'The configuration is valid',
  capabilities: 'The features are there',
  approvals: 'Approvals find their way',
  model: 'A model is set up',
  reach_back: 'Agents can reach this server',
  round_trip: 'An agent answers',
};

/** What a hop proves, in words. */
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
