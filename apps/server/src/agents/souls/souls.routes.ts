import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { SoulUpdateRequest } from './souls.schema.ts';
import { getSoul, updateSoul } from './souls.service.ts';

const params = z.object({ board_id: z.uuid(), agent_id: z.uuid() });

const READ = agentOperation({
  roles: ['lead', 'worker'],
  intent: 'agent_board_soul_lookup',
  whenToUse: ['You want to see who an agent is meant to be: your own soul, or as lead that of an agent of your board.'],
  whenNotToUse: ['You are a worker and it is not your own soul.', 'You look for what an agent does: list the tasks.'],
  routing: ['Read before you write: a soul is replaced as a whole.'],
  examples: [
    { intent: 'read my own soul', decision: 'agent_get_soul' },
    { intent: 'change the soul of a worker', privilege: 'board_lead', decision: 'agent_lead_update_agent_soul' },
  ],
});

const WRITE = agentOperation({
  roles: ['lead'],
  intent: 'agent_knowledge_authoring',
  actor: 'board_lead',
  whenToUse: ['An agent of your board should behave otherwise for good: its role, tone or limits.'],
  whenNotToUse: [
    'It is about one task: write a comment.',
    'It is a fact for the whole board: record it in board memory.',
  ],
  prerequisites: ['You are the lead of the board.', 'You read the soul that stands now.'],
  sideEffects: ['The soul is replaced, kept as a version, and written to SOUL.md on the gateway.'],
  never: ['Never put a credential into a soul.', 'Do not send only what changed: send the whole text.'],
  routing: ['On 502 gateway.file_write_failed it is kept and written later: do not send it again.'],
  examples: [
    { intent: 'make the tester stricter for good', privilege: 'board_lead', decision: 'agent_lead_update_agent_soul' },
  ],
});

export function soulsRoutes(router: Router): void {
  router.get(
    '/agent/boards/:board_id/agents/:agent_id/soul',
    {
      config: { access: 'agent-api:board' },
      schema: {
        ...READ,
        operationId: 'agent_get_soul',
        summary: 'The soul of an agent, as text.',
        params,
        response: { 200: z.string(), ...problems(403, 404, 502) },
      },
    },
    async ({ ctx, params: { board_id, agent_id } }, reply) => {
      const soul = await getSoul(ctx, board_id, agent_id);
      // Fastify would send a string as plain text; clients expect JSON.
      return reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(soul);
    },
  );

  router.put(
    '/agent/boards/:board_id/agents/:agent_id/soul',
    {
      config: { access: 'agent-api:lead' },
      schema: {
        ...WRITE,
        operationId: 'agent_lead_update_agent_soul',
        summary: 'Replace the soul of an agent of the board.',
        params,
        body: SoulUpdateRequest,
        response: { 200: OkResponse, ...problems(403, 404, 422, 502) },
      },
    },
    async ({ ctx, params: { board_id, agent_id }, body }) => {
      await updateSoul(ctx, board_id, agent_id, body);
      return OK;
    },
  );
}
