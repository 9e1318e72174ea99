import { canonicalJson } from '@mission-control/policy/canonical';
import { createRedactor } from '@mission-control/policy/redact';
import { Uuid } from '#server/platform/http/fields.schema.ts';
import type { AuditRecord } from '../audit.schema.ts';

const MAX_DETAILS_BYTES = 8 * 1024;
const MAX_MEMBER_CHARS = 1024;

/** Whatever a module puts into details: secrets do not get into the trail, which is never changed. */
const redactor = createRedactor();

/** A fact that belongs into the trail, with what its type says of it. */
export interface AuditFact {
  occurredAt: string;
  type: string;
  subject: { kind: string; id: string };
  actor: { kind: string; id: string };
  request: { id: string; ip: string } | null;
  /** What `EventType.audit` gave: `action`, `result`, `policy` and `agent_id` of it are fields of the record. */
  details: Record<string, unknown>;
}

const toId = (value: unknown): string | null => (Uuid.safeParse(value).success ? String(value) : null);
const toText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The agent that acted, else the one that the fact names or is about. */
export function agentOf({ actor, subject, details }: AuditFact): string | null {
  if (actor.kind === 'agent') return toId(actor.id);
  return toId(details.agent_id) ?? (subject.kind === 'agent' ? subject.id : null);
}

export const userOf = ({ actor }: AuditFact): string | null => (actor.kind === 'user' ? toId(actor.id) : null);

/** Who is meant by the ids, as far as they still exist. */
export interface AuditNames {
  agents: ReadonlyMap<string, string>;
  users: ReadonlyMap<string, string>;
}

/** A fact as an entry of the trail. */
export function toRecord(fact: AuditFact, { id, seq }: { id: string; seq: number }, names: AuditNames): AuditRecord {
  const { action, result, policy, agent_id: _, ...details } = fact.details;
  const agentId = agentOf(fact);
  const userId = userOf(fact);
  return {
    id,
    seq,
    timestamp: fact.occurredAt,
    action: toText(action) ?? fact.type,
    agent: (agentId && names.agents.get(agentId)) ?? null,
    user: (userId && names.users.get(userId)) ?? null,
    policy: toText(policy),
    result: toText(result),
    details: shorten(redactor.redactJson(details).value as Record<string, unknown>), // a record stays a record
    actor_kind: fact.actor.kind,
    actor_id: fact.actor.id,
    agent_id: agentId,
    subject: fact.subject,
    ip: fact.request?.ip ?? null,
    request_id: fact.request?.id ?? null,
  };
}

const sizeOf = (value: unknown): number => new TextEncoder().encode(canonicalJson(value)).length;

/** Cuts details to 8 KiB: long members to their beginning, then whole members from the end; `truncated` says so. */
function shorten(details: Record<string, unknown>): Record<string, unknown> {
  if (sizeOf(details) <= MAX_DETAILS_BYTES) return details;
  const kept: Record<string, unknown> = { truncated: true };
  let size = sizeOf(kept);
  for (const [key, value] of Object.entries(details)) {
    const text = canonicalJson(value);
    const member = { [key]: text.length <= MAX_MEMBER_CHARS ? value : cut(text) };
    size += sizeOf(member);
    if (size > MAX_DETAILS_BYTES) break;
    Object.assign(kept, member);
  }
  return kept;
}

/** Never between the halves of a surrogate pair, which has no canonical form. */
const cut = (text: string): string => `${text.slice(0, MAX_MEMBER_CHARS).replace(/[\ud800-\udbff]$/, '')}…`;
