/** Whom a kill switch can stop, the widest first. */
export const TARGET_KINDS = ['org', 'board_group', 'board', 'agent_type', 'agent'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** One scope: how the server knows it, and how a person does. */
export interface Target {
  kind: TargetKind;
  value: string;
  name: string;
}

export const targetWords: Record<TargetKind, string> = {
  org: 'The whole organization',
  board_group: 'A board group',
  board: 'A board',
  agent_type: 'A type of agent',
  agent: 'One agent',
};

/** Whether what was typed is the name of what shall be stopped: to the letter, spaces at its ends apart. */
export const isNamed = (target: Target | undefined, typed: string): boolean =>
  target !== undefined && target.name.trim() !== '' && typed.trim() === target.name.trim();

/** The types among agents, each once, in order. */
export const toAgentTypes = (agents: readonly { agent_type: string | null }[]): string[] =>
  [...new Set(agents.flatMap(({ agent_type }) => agent_type ?? []))].toSorted();

/** As the server takes it. */
export function toScope({ kind, value }: Target) {
  switch (kind) {
    case 'org':
      return { org: true as const };
    case 'board_group':
      return { board_group: value };
    case 'board':
      return { board: value };
    case 'agent_type':
      return { agent_type: value };
    case 'agent':
      return { agent: value };
  }
}

/** Which agents the list shows for it; undefined where the list cannot be narrowed so. */
export function toAgentFilters({ kind, value }: Target): { board_id?: string; agent_type?: string } | undefined {
  if (kind === 'org') return {};
  if (kind === 'board') return { board_id: value };
  return kind === 'agent_type' ? { agent_type: value } : undefined;
}
