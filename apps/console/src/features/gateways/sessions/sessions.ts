/** A session as its gateway lists it, as far as it is shown. */
export interface SessionLine {
  key: string;
  /** What somebody called it. */
  label: string | undefined;
  /** What of its key stands behind the agent: `main`, or a name of its own. */
  name: string;
  agentId: string | undefined;
  updatedAt: string | undefined;
  isRunning: boolean;
}

type Fields = Record<string, unknown>;

/** Sessions, newest first. What has no key is left out: nothing could be asked of it. */
export function toSessionLines(sessions: readonly unknown[]): SessionLine[] {
  return sessions.flatMap(toLine).sort((a, b) => (b.updatedAt ?? '').localeCompare(a.updatedAt ?? ''));
}

function toLine(session: unknown): SessionLine[] {
  if (typeof session !== 'object' || session === null) return [];
  const { key, label, agentId, updatedAt, hasActiveRun } = session as Fields;
  if (typeof key !== 'string') return [];
  const [, agentPart, ...rest] = key.split(':');
  return [
    {
      key,
      label: typeof label === 'string' && label !== '' ? label : undefined,
      name: rest.join(':') || key,
      agentId: typeof agentId === 'string' ? agentId : agentPart,
      updatedAt: typeof updatedAt === 'number' ? new Date(updatedAt).toISOString() : undefined,
      isRunning: hasActiveRun === true,
    },
  ];
}
