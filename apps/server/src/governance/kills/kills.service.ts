import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import type { ApprovalRead } from '../approvals/approvals.schema.ts';
import { needsSecondPerson, RELEASE_KILL, requestChange } from '../policies/changes/requests.service.ts';
import { killReleased, killSet } from './kills.events.ts';
import type { KillCreate, KillRead, KillRelease, KillScope, KillScopeKind } from './kills.schema.ts';
import {
  findKill,
  findNamed,
  hasAgentType,
  insertKill,
  listKilledAgents,
  lockKill,
  type Named,
  saveReleased,
} from './kills.store.ts';

/** Throws `kill.not_found`. */
export async function getKill(ctx: Context, id: string): Promise<KillRead> {
  const kill = await findKill(ctx, id);
  if (!kill) throw notFound('kill', id);
  return kill;
}

/**
 * Stops every agent of a scope, those to come as well, until it is released: no policy or exception lets a call pass.
 * Throws `kill.scope_unknown`.
 */
export function setKill(ctx: Context, { scope, abort, reason }: KillCreate): Promise<KillRead> {
  return inTransaction(ctx, async (tx) => {
    const id = newId(tx.now());
    await insertKill(tx, { id, ...(await resolveScope(tx, scope)), abort, reason });
    const kill = await getKill(tx, id);
    await publish(tx, killSet, { subjectId: id, data: { kill, agent_ids: await listKilledAgents(tx, id) } });
    return kill;
  });
}

/** What became of the wish: the kill as it is then, or the approval of another admin that it needs. */
type Released = { kill: KillRead } | { approval: ApprovalRead };

/**
 * Lets a share of a kill's agents go, or all of them, or asks a second person where the organization wants one. Throws
 * `kill.not_found`, `kill.state`.
 */
export function releaseKill(ctx: Context, id: string, { percent }: KillRelease): Promise<Released> {
  return inTransaction(ctx, async (tx) => {
    if (!(await needsSecondPerson(tx))) return { kill: await letGo(tx, id, percent) };
    await lockReleasable(tx, id, percent);
    const { scope_kind, scope_name, reason } = await getKill(tx, id);
    const payload = { kill_id: id, percent, scope_kind, scope_name, reason };
    return { approval: await requestChange(tx, RELEASE_KILL, payload) };
  });
}

/** Lets them go now; throws as {@link releaseKill}. */
export async function letGo(tx: TxContext, id: string, percent: number): Promise<KillRead> {
  await lockReleasable(tx, id, percent);
  const before = await listKilledAgents(tx, id);
  await saveReleased(tx, id, percent);
  const still = new Set(await listKilledAgents(tx, id));
  const kill = await getKill(tx, id);
  const agent_ids = before.filter((agentId) => !still.has(agentId));
  await publish(tx, killReleased, { subjectId: id, data: { kill, agent_ids } });
  return kill;
}

async function lockReleasable(tx: TxContext, id: string, percent: number): Promise<void> {
  const row = await lockKill(tx, id);
  if (!row) throw notFound('kill', id);
  if (row.released_percent >= percent)
    throw new Problem('kill.state', 409, `This kill is released to ${row.released_percent} % already.`);
}

interface Resolved {
  scope_kind: KillScopeKind;
  scope_id: string | null;
  scope_name: string;
}

async function resolveScope(ctx: Context, scope: KillScope): Promise<Resolved> {
  const [kind, value] = Object.entries(scope)[0] as [KillScopeKind, string | true]; // one key, by its schema
  const found = await findScope(ctx, kind, String(value));
  if (found) return { scope_kind: kind, scope_id: found.id, scope_name: found.name };
  throw new Problem('kill.scope_unknown', 422, `There is no ${kind.replace('_', ' ')} ${JSON.stringify(value)} here.`);
}

async function findScope(ctx: Context, kind: KillScopeKind, name: string): Promise<Named | undefined> {
  if (kind === 'org') return { id: null, name: 'organization' };
  if (kind === 'agent_type') return (await hasAgentType(ctx, name)) ? { id: null, name } : undefined;
  return findNamed(ctx, kind, name);
}
