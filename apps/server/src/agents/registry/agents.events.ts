import { z } from 'zod';
import { defineEvent, type StreamFact } from '#server/platform/events/publish.ts';
import { AgentKind, AgentRead } from './agents.schema.ts';

const data = z.object({
  agent: AgentRead,
  /** Names of the fields that are new. */
  changed: z.array(z.string()).optional(),
});
const topics = () => ['agents'];
/** Streams of the work half leave out agents without a gateway, as their lists do. */
const streams = {
  agents: ({ data: { agent } }: StreamFact<z.infer<typeof data>>) =>
    agent.kind === 'external' ? undefined : { event: 'agent', data: { agent } },
};
const subject = 'agent';
const named = ({ agent }: z.infer<typeof data>) => ({ name: agent.name, kind: agent.kind });
const line =
  (verb: string) =>
  ({ agent }: z.infer<typeof data>) => ({
    message: `${agent.name} ${verb}.`,
    agentId: agent.id,
  });
const failure =
  (verb: string) =>
  ({ agent }: z.infer<typeof data>) => ({
    message: `${agent.name} ${verb}: ${agent.last_error?.message ?? 'no sign of success within a minute.'}`,
    agentId: agent.id,
  });

export const agentCreated = defineEvent({
  type: 'agent.created',
  subject,
  schema: data,
  topics,
  streams,
  activity: line('was created'),
  audit: named,
});
export const agentUpdated = defineEvent({
  type: 'agent.updated',
  subject,
  schema: data,
  topics,
  streams,
  audit: (fact) => ({ ...named(fact), changed: fact.changed ?? [] }),
});
export const agentOnline = defineEvent({
  type: 'agent.online',
  subject,
  schema: data,
  topics,
  streams,
  activity: line('is online'),
});
export const agentOffline = defineEvent({
  type: 'agent.offline',
  subject,
  schema: data,
  topics,
  streams,
  activity: line('is offline'),
});
/** A check-in that changed what people see. */
export const agentHeartbeat = defineEvent({
  type: 'agent.heartbeat',
  subject,
  schema: data,
  topics,
  streams,
  activity: line('checked in'),
});
export const agentProvisionFailed = defineEvent({
  type: 'agent.provision.failed',
  subject,
  schema: data,
  topics,
  streams,
  activity: failure('was not provisioned'),
});
export const agentUpdateFailed = defineEvent({
  type: 'agent.update.failed',
  subject,
  schema: data,
  topics,
  streams,
  activity: failure('was not updated'),
});

/** What is left of an agent that went. */
export const AgentRemains = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: AgentKind,
  board_id: z.uuid().nullable(),
  gateway_id: z.uuid().nullable(),
});

export const agentDeleted = defineEvent({
  type: 'agent.deleted',
  subject,
  schema: z.object({ agent: AgentRemains }),
  topics,
  streams: {
    agents: ({ data: { agent } }) => ({
      event: 'deleted',
      data: { type: 'agent.deleted', id: agent.id, board_id: agent.board_id },
    }),
  },
  activity: ({ agent }) => ({ type: 'agent.delete.direct', message: `${agent.name} was deleted.` }),
  audit: ({ agent }) => ({ name: agent.name, kind: agent.kind, board_id: agent.board_id }),
});
