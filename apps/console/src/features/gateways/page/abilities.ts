/** What each right at a gateway is for, and what does not work without it. */
const ABILITIES = [
  { scope: 'operator.read', missing: 'Nothing can be seen: no runs, no sessions, no agents.' },
  { scope: 'operator.write', missing: 'No message reaches an agent: no tasks, no wake-ups, no chat.' },
  { scope: 'operator.admin', missing: 'No agent can be set up, changed or removed; only what is there is observed.' },
  { scope: 'operator.approvals', missing: 'Commands of agents that need an approval are refused at once.' },
  { scope: 'operator.pairing', missing: 'Other devices cannot be approved from here.' },
] as const;

const IMPLIED: Record<string, readonly string[]> = {
  'operator.admin': ABILITIES.map(({ scope }) => scope),
  'operator.write': ['operator.read'],
};

/** What will not work with these rights, one sentence each. */
export function listMissing(scopes: readonly string[]): readonly string[] {
  const held = new Set(scopes.flatMap((scope) => [scope, ...(IMPLIED[scope] ?? [])]));
  return ABILITIES.filter(({ scope }) => !held.has(scope)).map(({ missing }) => missing);
}

/** Why commands of agents that need an approval are refused now; undefined when they are not. */
export function whyApprovalsFail(status: string, scopes: readonly string[] | undefined): string | undefined {
  if (status === 'disconnected' || status === 'needs_attention')
    return 'Nobody can be asked while the gateway is not connected: commands of its agents that need an approval are refused at once.';
  const canAsk = scopes?.some((scope) => scope === 'operator.approvals' || scope === 'operator.admin') ?? true;
  return canAsk ? undefined : 'This server may not decide approvals there: commands that need one are refused at once.';
}
