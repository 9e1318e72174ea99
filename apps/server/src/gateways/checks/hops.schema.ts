/** The steps of the way to a gateway, in the order in which they can fail. */
export const HOPS = [
  ...(['url', 'address', 'dns', 'tcp', 'tls', 'http', 'upgrade', 'challenge', 'origin', 'protocol', 'auth'] as const),
  ...(['pairing', 'scopes', 'version', 'config', 'capabilities', 'approvals', 'model', 'reach_back'] as const),
  'round_trip',
] as const;
export type HopName = (typeof HOPS)[number];
