import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { ToolInForce } from './tool-overrides.schema.ts';

const ToolFact = z.object({ agent_id: z.uuid(), agent_name: z.string(), tool: ToolInForce });

const toolEvent = (type: string, word: string) =>
  defineEvent({
    type,
    subject: 'agent',
    schema: ToolFact,
    topics: () => ['agents'],
    activity: ({ agent_id, agent_name, tool }) => ({
      message: `What is said of the tool ${tool.tool} of ${agent_name} was ${word}.`,
      agentId: agent_id,
    }),
    audit: ({ agent_id, tool: { tool, override, side_effect } }) => ({ agent_id, tool, side_effect, override }),
  });

export const toolOverridden = toolEvent('agent.tool_overridden', 'set');
export const toolOverrideRemoved = toolEvent('agent.tool_override_removed', 'taken back');
