import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { getVisibleAgent } from '../registry/agents.service.ts';
import { FileDecisionRequest } from './decisions/decisions.schema.ts';
import { decideFile } from './decisions/decisions.service.ts';
import { listFiles, listFileVersions } from './file-versions.store.ts';
import { AgentFileRead, AgentFileVersion } from './files.schema.ts';

const config = { access: 'organization:manage' };
const tags = ['agents'];
const params = z.object({ agent_id: z.uuid() });

export function filesRoutes(router: Router): void {
  router.get(
    '/agents/:agent_id/files',
    {
      config,
      schema: {
        operationId: 'listAgentFiles',
        tags,
        summary: 'The files that we keep in an agent’s workspace, by name, each with its newest version.',
        params,
        response: { 200: z.object({ items: z.array(AgentFileRead) }), ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { agent_id } }) => {
      const { id } = await getVisibleAgent(ctx, agent_id);
      return { items: await listFiles(ctx, id) };
    },
  );

  router.get(
    '/agents/:agent_id/files/:name/versions',
    {
      config,
      schema: {
        operationId: 'listAgentFileVersions',
        tags,
        summary: 'What a file of an agent was before, newest first, without credentials.',
        params: params.extend({ name: z.string().max(200) }),
        response: { 200: z.object({ items: z.array(AgentFileVersion) }), ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { agent_id, name } }) => {
      const { id } = await getVisibleAgent(ctx, agent_id);
      return { items: await listFileVersions(ctx, id, name) };
    },
  );

  router.post(
    '/agents/:agent_id/files/:name/decision',
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'decideAgentFile',
        tags,
        summary: 'Say what becomes of a text that somebody else wrote into a file of an agent.',
        params: params.extend({ name: z.string().max(200) }),
        body: FileDecisionRequest,
        response: { 200: AgentRead, ...problems(403, 404, 409, 422) },
      },
    },
    ({ ctx, params: { agent_id, name }, body }) => decideFile(ctx, agent_id, name, body),
  );
}
