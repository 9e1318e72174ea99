import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Agent } from '../../contract.ts';

const PATH = '/api/v1/agents';
const ONE = '/api/v1/agents/{agent_id}';

export type AgentCreate = paths[typeof PATH]['post']['requestBody']['content']['application/json'];
export type AgentUpdate = paths[typeof ONE]['patch']['requestBody']['content']['application/json'];

/** Filters of the agent list. */
export interface AgentFilters {
  q?: string | undefined;
  health?: Agent['health'] | undefined;
  control_state?: Agent['control_state'] | undefined;
  framework?: string | undefined;
  agent_type?: string | undefined;
  gateway_id?: string | undefined;
  board_id?: string | undefined;
}

export type ControlAction = 'pause' | 'resume' | 'drain' | 'retire' | 'restore';

const PAGE = 200;

export const agentKeys = {
  lists: ['agents', 'list'] as const,
  list: (filters: AgentFilters) => ['agents', 'list', filters] as const,
  detail: (id: string) => ['agents', 'detail', id] as const,
  versions: (id: string) => ['agents', 'versions', id] as const,
  deployments: (id: string) => ['agents', 'deployments', id] as const,
  files: (id: string) => ['agents', 'files', id] as const,
  /** What a pace of scheduled turns would do. */
  pace: (id: string, every: string) => ['agents', 'pace', id, every] as const,
  provisioning: (id: string) => ['agents', 'provisioning', id] as const,
};

/** Agents of every origin, newest first, by pages. */
export const agentsQuery = (filters: AgentFilters) =>
  infiniteQueryOptions({
    queryKey: agentKeys.list(filters),
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/agents', {
          signal,
          params: { query: { origin: 'all', limit: PAGE, offset: pageParam, ...filters } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) =>
      page.offset + page.items.length < page.total ? page.offset + page.items.length : undefined,
  });

/** One agent with its active version, holds and processes. */
export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: agentKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/agents/{agent_id}', { signal, params: { path: { agent_id: id } } })),
  });

/** Versions of an agent, newest first, by pages. */
export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: agentKeys.versions(id),
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/agents/{agent_id}/versions', {
          signal,
          params: { path: { agent_id: id }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** What changed from one version to another. Versions never change, so neither does this. */
export const versionDiffQuery = (id: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...agentKeys.versions(id), 'diff', from, to],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/agents/{agent_id}/versions/diff', {
          signal,
          params: { path: { agent_id: id }, query: { from, to } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Pauses, resumes, drains, retires or restores an agent. */
export function controlAgent(id: string, action: ControlAction, reason: string) {
  const request = { params: { path: { agent_id: id } }, body: { reason } };
  return read(api.POST(`/api/v1/agents/{agent_id}/${action}`, request));
}

const toPath = (agent_id: string) => ({ params: { path: { agent_id } } });

/** Makes a worker on a board; it is provisioned by a job. */
export const createAgent = (body: AgentCreate) => read(api.POST(PATH, { body }));

export const updateAgent = (id: string, body: AgentUpdate) => read(api.PATCH(ONE, { ...toPath(id), body }));

export const deleteAgent = (id: string) => read(api.DELETE(ONE, toPath(id)));

/** Wakes an agent, or provisions it now; the answer names the job. */
export const nudgeAgent = (id: string, how: 'wake' | 'retry') => read(api.POST(`${ONE}/${how}`, toPath(id)));

/** Gives an agent of a gateway a new token; the old one works until the new one is in place. */
export const rotateAgentToken = (id: string) => read(api.POST(`${ONE}/token/rotate`, toPath(id)));

/** What a template reads like, with made-up values. */
export const previewTemplate = (template: string) =>
  read(api.POST(`${PATH}/templates/preview`, { body: { template } }));

/** The newest pass of an agent's provisioning; null before the first. For admins. */
export const provisioningQuery = (agentId: string) =>
  queryOptions({
    queryKey: agentKeys.provisioning(agentId),
    queryFn: async ({ signal }) => {
      const query = { kind: 'agent.reconcile', subject_id: agentId, limit: 1 };
      const page = await read(api.GET('/api/v1/jobs', { signal, params: { query } }));
      return page.items[0] ?? null;
    },
  });

/** What scheduled turns of an agent would cost, and whose they would stop. For admins. */
export const paceEffectQuery = (agentId: string, every: string) =>
  queryOptions({
    queryKey: agentKeys.pace(agentId, every),
    queryFn: ({ signal }) => {
      const params = { path: { agent_id: agentId }, query: { every } };
      return read(api.GET(`${ONE}/heartbeat/estimate`, { signal, params }));
    },
  });

/** The files that we keep in an agent's workspace, by name. For admins. */
export const agentFilesQuery = (agentId: string) =>
  queryOptions({
    queryKey: agentKeys.files(agentId),
    queryFn: async ({ signal }) => (await read(api.GET(`${ONE}/files`, { signal, ...toPath(agentId) }))).items,
  });

/** What a file was before, newest first. */
export const fileVersionsQuery = (agent_id: string, name: string) =>
  queryOptions({
    queryKey: [...agentKeys.files(agent_id), name],
    queryFn: async ({ signal }) =>
      (await read(api.GET(`${ONE}/files/{name}/versions`, { signal, params: { path: { agent_id, name } } }))).items,
  });

/** What becomes of a text that somebody else wrote into a file. */
export type FileDecision = 'keep' | 'take_over' | 'overwrite';

/** Says what becomes of a found version of a file. */
export const decideFile = (agent_id: string, name: string, body: { version_no: number; decision: FileDecision }) =>
  read(api.POST(`${ONE}/files/{name}/decision`, { params: { path: { agent_id, name } }, body }));
