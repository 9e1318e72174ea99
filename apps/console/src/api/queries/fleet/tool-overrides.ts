import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { ToolInForce } from '../../contract.ts';
import { agentKeys } from './agents.ts';

const PATH = '/api/v1/agents/{agent_id}/tool-overrides';

export type ToolOverrideInput = paths[typeof PATH]['put']['requestBody']['content']['application/json'];

const PAGE = 200;

/** All tools of an agent as they count; a manifest has at most 512. */
export const toolsInForceQuery = (agent_id: string) =>
  queryOptions({
    queryKey: [...agentKeys.detail(agent_id), 'tools'],
    queryFn: async ({ signal }) => {
      const tools: ToolInForce[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: PAGE, cursor };
        const page = await read(api.GET(PATH, { signal, params: { path: { agent_id }, query } }));
        tools.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      return tools;
    },
  });

/** Says what a declared tool does, over what versions declare. */
export const setToolOverride = (agent_id: string, body: ToolOverrideInput) =>
  read(api.PUT(PATH, { params: { path: { agent_id } }, body }));

/** Lets what the version declares count again. */
export const deleteToolOverride = (agent_id: string, tool: string) =>
  read(api.DELETE(PATH, { params: { path: { agent_id }, query: { tool } } }));
