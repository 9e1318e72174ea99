import { callJson } from '../server.ts';

/** What these commands read of an agent. */
export interface Agent {
  id: string;
  slug: string;
  control_state: string;
  control_reason: string | null;
  health: string;
  active_version_number: number | null;
  last_seen_at: string | null;
}

export interface Version {
  id: string;
  number: number;
  label: string | null;
  state: string;
  created_at: string;
  runs: number;
  error_rate: number | null;
  p95_ms: number | null;
  mean_score: number | null;
  watch: { verdict: string } | null;
}

export interface Deployment {
  id: string;
  status: string;
  from: { number: number } | null;
  to: { number: number };
  target: { name: string } | null;
  attempts: { ok: boolean; message: string | null }[];
  accepted_at: string | null;
  error: { message: string } | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PAGE = 200;

/** Every agent that the key may see. */
export async function listAgents(filter: Record<string, string> = {}): Promise<Agent[]> {
  const agents: Agent[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const query = new URLSearchParams({ origin: 'all', ...filter, limit: String(PAGE), offset: String(offset) });
    const { items, total } = await callJson<{ items: Agent[]; total: number }>(`/agents?${query}`);
    agents.push(...items);
    if (items.length === 0 || agents.length >= total) return agents;
  }
}

export const getAgent = (id: string): Promise<Agent> => callJson(`/agents/${id}`);

/** The agent with this id or slug. */
export async function findAgent(name: string): Promise<Agent> {
  if (UUID.test(name)) return getAgent(name);
  const found = (await listAgents({ q: name })).find(({ slug }) => slug === name);
  if (!found) throw new Error(`there is no agent ${name}; mc agents list shows those that there are`);
  return found;
}

/** The newest versions of an agent. */
export const listVersions = async ({ id }: Agent): Promise<Version[]> =>
  (await callJson<{ items: Version[] }>(`/agents/${id}/versions?limit=${PAGE}`)).items;
