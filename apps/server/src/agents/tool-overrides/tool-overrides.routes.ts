import { z } from 'zod';
import { CursorQuery, cursorPage } from '#server/platform/http/page.schema.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { notFound } from '#server/platform/problem.ts';
import { findAgentRow } from '../registry/agent-rows.store.ts';
import { ToolInForce, ToolOverrideSet } from './tool-overrides.schema.ts';
import { deleteToolOverride, setToolOverride } from './tool-overrides.service.ts';
import { listToolsInForce } from './tool-overrides.store.ts';

const tags = ['versions'];
const params = z.object({ agent_id: z.uuid() });
const path = '/agents/:agent_id/tool-overrides';

export function toolOverridesRoutes(router: Router): void {
  router.get(
    path,
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'listToolOverrides',
        tags,
        summary: 'The tools that an agent declares as they count, with what people said of them.',
        params,
        querystring: CursorQuery,
        response: { 200: cursorPage(ToolInForce), ...problems(404) },
      },
    },
    async ({ ctx, params: { agent_id }, query: { cursor, limit } }) => {
      if (!(await findAgentRow(ctx, agent_id))) throw notFound('agent', agent_id);
      const [after] = parseCursor(cursor, [z.string()]) ?? [''];
      return toPage(await listToolsInForce(ctx, agent_id, { after, limit }), limit, ({ tool }) => [tool]);
    },
  );

  router.put(
    path,
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'setToolOverride',
        tags,
        summary: 'Say what a declared tool does, or that it may not be called, over what versions declare.',
        params,
        body: ToolOverrideSet,
        response: { 200: ToolInForce, ...problems(404) },
      },
    },
    ({ ctx, params: { agent_id }, body }) => setToolOverride(ctx, agent_id, body),
  );

  router.delete(
    path,
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'deleteToolOverride',
        tags,
        summary: 'Let what the version declares of a tool count again.',
        params,
        querystring: z.object({ tool: z.string().min(1).max(128) }),
        response: { 200: OkResponse, ...problems(404) },
      },
    },
    async ({ ctx, params: { agent_id }, query: { tool } }) => {
      await deleteToolOverride(ctx, agent_id, tool);
      return OK;
    },
  );
}
