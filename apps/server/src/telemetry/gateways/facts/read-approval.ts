import { z } from 'zod';
import type { Fact } from './fact.ts';
import { instantMs, lenient, runId, text } from './field.schema.ts';

const Approval = z.looseObject({
  id: text,
  decision: lenient(text),
  resolvedBy: lenient(text),
  ts: lenient(instantMs),
  createdAtMs: lenient(instantMs),
  request: z.looseObject({
    runId,
    sessionKey: lenient(text),
    agentId: lenient(text),
    toolCallId: lenient(text),
    toolName: lenient(text),
    command: lenient(z.string()),
    title: lenient(z.string()),
    description: lenient(z.string()),
    cwd: lenient(z.string()),
  }),
});

/** The step in which a run waits for a person, from the request to the answer. */
export function readApproval(payload: unknown): Fact[] {
  const parsed = Approval.safeParse(payload);
  if (!parsed.success) return [];
  const { id, decision, resolvedBy, ts, createdAtMs, request } = parsed.data;
  const { runId: run, sessionKey = null, agentId = null, toolCallId = null } = request;
  const at = createdAtMs ?? ts ?? null;
  const origin = { run, sessionKey, agentId, at };
  const key = `approval:${id}`;
  const { command, title, description, cwd, toolName } = request;
  const asked: Fact[] =
    at === null
      ? []
      : [
          {
            ...origin,
            t: 'person.asked',
            key,
            toolKey: toolCallId,
            what: { v: { command, title, description, cwd, tool: toolName } },
            askedAt: at,
          },
        ];
  if (decision === undefined || ts === undefined) return asked;
  return [...asked, { ...origin, t: 'person.answered', key, answer: decision, by: resolvedBy ?? null, answeredAt: ts }];
}
