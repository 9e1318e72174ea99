import type { FrameSource } from '#server/gateways/index.ts';
import { type Platform, systemContext } from '#server/platform/context.ts';
import type { Fact } from '../facts/fact.ts';
import { readLedgerEntry } from '../facts/read-ledger.ts';
import { findFollow, listOpenRuns, type OpenRun, saveFollow, saveLost } from '../follow/follow.store.ts';
import type { Follower } from '../follow/follower.ts';
import { History, Ledger, SessionList } from './answers.schema.ts';
import { findCursor, saveCursor } from './cursors.store.ts';
import { keepRecent, readHistory } from './read-history.ts';

const MINUTE_MS = 60_000;
/** Of a gateway that is new to us only what is going on is taken over. */
const FIRST_LOOK_MS = 5 * MINUTE_MS;
const LOST_MS = 10 * MINUTE_MS;
const PAGE = 200;
const MAX_PAGES = 50;
const LIST_TIMEOUT_MS = 60_000;
const MAX_KEY = 500;

interface Session {
  key: string;
  agentId: string | null;
}

/**
 * Reads what a gateway did while nobody listened: the histories of sessions that were active, then the ledger, which
 * knows outcomes without content. What is still open and not at work there has ended: interrupted when the gateway
 * restarted, else lost after ten minutes.
 */
export async function catchUp(platform: Platform, source: FrameSource, follower: Follower): Promise<void> {
  const ctx = systemContext(platform, source.orgId);
  const begunAt = platform.now();
  const follow = await findFollow(ctx, source.gatewayId);
  const until = follow ? Date.parse(follow.followed_until) : begunAt.getTime() - FIRST_LOOK_MS;
  const since = Math.min(until, begunAt.getTime()) - MINUTE_MS;
  const { sessions, active } = await listSessions(source, begunAt.getTime() - since);
  for (const session of withOpenSessions(sessions, await listOpenRuns(ctx, source.gatewayId))) {
    const { facts, inFlight, cursor } = await readSession(platform, source, session);
    if (inFlight !== undefined) active.add(inFlight);
    await follower.add(keepRecent(facts, since));
    if (cursor !== undefined && session.key.length <= MAX_KEY)
      await saveCursor(ctx, source.gatewayId, { sessionKey: session.key, cursor });
  }
  await follower.add(await readLedger(source, since));
  follower.forgive();
  const { bootId } = source.connection.hello;
  const isRestarted = follow !== undefined && follow.boot_id !== null && follow.boot_id !== bootId;
  await settleOpenRuns(platform, source, follower, { active, begunAt: begunAt.getTime(), isRestarted });
  await saveFollow(ctx, source.gatewayId, { until: begunAt, bootId });
}

/** A run may be at work in a session in which nothing was said for long. */
function withOpenSessions(sessions: readonly Session[], open: readonly OpenRun[]): Session[] {
  const all = new Map(sessions.map((session) => [session.key, session]));
  for (const { session, gateway_agent_id } of open)
    if (session !== null && !all.has(session)) all.set(session, { key: session, agentId: gateway_agent_id });
  return [...all.values()];
}

/** Sessions that were active in the last `awayMs`, with the runs that are at work. */
async function listSessions({ connection }: FrameSource, awayMs: number) {
  const active = new Set<string>();
  const sessions: Session[] = [];
  const activeMinutes = Math.ceil(awayMs / MINUTE_MS) + 5;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params = { activeMinutes, limit: PAGE, offset: page * PAGE };
    const answer = SessionList.parse(await connection.call('sessions.list', params, { timeoutMs: LIST_TIMEOUT_MS }));
    for (const { key, agentId = null, activeRunIds = [] } of answer.sessions) {
      sessions.push({ key, agentId });
      for (const run of activeRunIds) active.add(run);
    }
    if (answer.sessions.length < PAGE) break;
  }
  return { sessions, active };
}

async function readSession(platform: Platform, { orgId, gatewayId, connection }: FrameSource, session: Session) {
  const ctx = systemContext(platform, orgId);
  const cursor = await findCursor(ctx, gatewayId, session.key);
  let history = await readFrom(connection, session.key, cursor);
  if (cursor !== undefined && history.kind !== 'delta') history = await readFrom(connection, session.key);
  const { deltaCursor, inFlightRun, messages } = history;
  return { facts: readHistory(session, messages), inFlight: inFlightRun?.runId, cursor: deltaCursor };
}

/** Without a cursor: the newest messages. */
const readFrom = async (connection: FrameSource['connection'], sessionKey: string, cursor?: string) =>
  History.parse(
    await connection.call('chat.history', cursor === undefined ? { sessionKey, limit: PAGE } : { sessionKey, cursor }),
  );

/** Newest first there; the order is no matter to us. */
async function readLedger({ connection }: FrameSource, since: number): Promise<Fact[]> {
  const facts: Fact[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params = { after: since, limit: 500, ...(cursor === undefined ? {} : { cursor }) };
    const answer = Ledger.parse(await connection.call('audit.activity.list', params));
    facts.push(...answer.events.flatMap(readLedgerEntry));
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return facts;
}

async function settleOpenRuns(
  platform: Platform,
  { orgId, gatewayId }: FrameSource,
  follower: Follower,
  now: { active: ReadonlySet<string>; begunAt: number; isRestarted: boolean },
): Promise<void> {
  const open = await listOpenRuns(systemContext(platform, orgId), gatewayId);
  const gone = open.filter(
    ({ external_run_id }) => !now.active.has(external_run_id) && !follower.isEnding(external_run_id),
  );
  if (now.isRestarted) {
    const before = gone.filter(({ started_at }) => Date.parse(started_at) < now.begunAt);
    await follower.add(before.flatMap((run) => toInterrupted(run, now.begunAt)));
    return;
  }
  const lost = gone.filter(({ last_event_at }) => Date.parse(last_event_at) < now.begunAt - LOST_MS);
  if (lost.length > 0)
    await saveLost(
      platform,
      orgId,
      lost.map(({ run_id }) => run_id),
    );
}

function toInterrupted({ external_run_id, session, gateway_agent_id }: OpenRun, at: number): Fact[] {
  const origin = { run: external_run_id, sessionKey: session, agentId: gateway_agent_id, at: null };
  const errorMessage = 'The gateway restarted while this run was at work.';
  const ending = { status: 'error' as const, errorType: 'interrupted', errorMessage, stopReason: null };
  return [
    { ...origin, t: 'ended', ending, rank: 0.1 },
    { ...origin, t: 'ended.at', endedAt: at, rank: 0.1 },
  ];
}
