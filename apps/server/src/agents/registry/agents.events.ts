import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { Agent } from './agents.schema.ts';

const data = z.object({ agent: Agent });
const topics = () => ['agents'];
const agentEvent = (type: string) => defineEvent({ type, subject: 'agent', schema: data, topics });

export const agentCreated = agentEvent('agent.created');
export const agentUpdated = agentEvent('agent.updated');
export const agentOnline = agentEvent('agent.online');
export const agentOffline = agentEvent('agent.offline');
