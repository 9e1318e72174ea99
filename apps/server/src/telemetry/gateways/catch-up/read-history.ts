import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { lenient, text } from '../facts/field.schema.ts';
import { readMessage } from '../facts/read-message.ts';

/** An entry is a `session.message` payload after a cursor, and the bare message in a tail. */
const Entry = z.looseObject({
  message: lenient(z.looseObject({ role: text })),
  role: lenient(text),
  __openclaw: lenient(z.looseObject({ id: lenient(text) })),
});

/**
 * Facts of a session's history, oldest message first. A tool's result names no run: it is that of the call, which stands
 * before it.
 */
export function readHistory(session: { key: string; agentId: string | null }, entries: readonly unknown[]): Fact[] {
  const facts: Fact[] = [];
  const runOfTool = new Map<string, string>();
  for (const entry of entries) {
    const found = readMessage(toPayload(session, entry, runOfTool));
    for (const fact of found) if (fact.t === 'tool.asked') runOfTool.set(fact.key, fact.run);
    facts.push(...found);
  }
  return facts;
}

function toPayload(
  { key, agentId }: { key: string; agentId: string | null },
  entry: unknown,
  runOfTool: ReadonlyMap<string, string>,
): unknown {
  const parsed = Entry.safeParse(entry);
  if (!parsed.success) return undefined;
  const { message = parsed.data, ...rest } = parsed.data.message ? parsed.data : {};
  const runId = runOfTool.get(String((message as { toolCallId?: unknown }).toolCallId)); // compared as text only
  return {
    sessionKey: key,
    agentId: agentId ?? undefined,
    messageId: parsed.data.__openclaw?.id,
    ...(runId === undefined ? {} : { runId }),
    ...rest,
    message,
  };
}

/** The facts of runs that were heard of since `since`, whole: what is older was told before. */
export function keepRecent(facts: readonly Fact[], since: number): Fact[] {
  const recent = new Set(facts.filter(({ at }) => at === null || at >= since).map(({ run }) => run));
  return facts.filter(({ run }) => recent.has(run));
}
