import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { agentKeys } from '../fleet/agents.ts';

const toPath = (agent_id: string) => ({ params: { path: { agent_id } } });

/** Every move of an agent's version pointer, newest first, by pages. */
export const deploymentsQuery = (agentId: string) =>
  infiniteQueryOptions({
    queryKey: agentKeys.deployments(agentId),
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/agents/{agent_id}/deployments', {
          signal,
          params: { path: { agent_id: agentId }, query: { cursor: pageParam || undefined } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** What is asked of a move: why, and which version was active when it was asked. */
export interface Move {
  reason: string;
  if_active?: string | undefined;
}

/** Makes a version the active one. */
export const activateAgentVersion = (agent_id: string, version_id: string, body: Move) =>
  read(
    api.POST('/api/v1/agents/{agent_id}/versions/{version_id}/activate', {
      params: { path: { agent_id, version_id } },
      body,
    }),
  );

/** Goes back to the version that was active before. */
export const rollBackAgent = (agentId: string, body: Move) =>
  read(api.POST('/api/v1/agents/{agent_id}/rollback', { ...toPath(agentId), body }));
