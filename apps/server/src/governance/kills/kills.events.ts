import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { KillRead } from './kills.schema.ts';

const KillFact = z.object({
  kill: KillRead,
  /** Whom it stops now, or lets go now. */
  agent_ids: z.array(z.uuid()),
});
export type KillFact = z.infer<typeof KillFact>;

const toName = ({ kill }: KillFact): string =>
  kill.scope_kind === 'org' ? 'the organization' : `${kill.scope_kind.replace('_', ' ')} ${kill.scope_name}`;

const toAudit = ({ kill, agent_ids }: KillFact) => ({
  kill_id: kill.id,
  scope: { kind: kill.scope_kind, id: kill.scope_id, name: kill.scope_name },
  abort: kill.abort,
  reason: kill.reason,
  agents: agent_ids.length,
  ...(kill.scope_kind === 'agent' ? { agent_id: kill.scope_id } : {}),
});

export const killSet = defineEvent({
  type: 'kill.set',
  subject: 'kill',
  schema: KillFact,
  topics: () => ['kills'],
  activity: (fact) => ({ message: `Kill switch: ${toName(fact)}. ${fact.kill.reason}` }),
  audit: toAudit,
});

export const killReleased = defineEvent({
  type: 'kill.released',
  subject: 'kill',
  schema: KillFact,
  topics: () => ['kills'],
  activity: (fact) => ({ message: `Kill switch released to ${fact.kill.released_percent} %: ${toName(fact)}.` }),
  audit: (fact) => ({ ...toAudit(fact), percent: fact.kill.released_percent }),
});
