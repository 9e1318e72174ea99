import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGateways } from '#server/gateways/index.ts';
import { listAgentTokens } from '#server/identity/index.ts';
import { loadConfig } from '#server/platform/config.ts';
import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { releaseWork } from '#server/platform/jobs/work/enqueue.ts';
import { runWork } from '#server/platform/jobs/work/outbox.ts';
import type { WorkKinds } from '#server/platform/jobs/work/work.ts';
import { createLog } from '#server/platform/log/log.ts';
import { createSecrets } from '#server/platform/secrets/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { type CallFault, type FaultyGateway, linkFaultyGateway } from '../../../test/gateway/faulty-gateway.ts';
import { watchAgents } from '../check-ins/check-ins.jobs.ts';
import { hashText } from '../files/versions.ts';
import { createAgents } from '../index.ts';
import { ensureLead } from '../lifecycle/lifecycle.service.ts';
import { sendMessages } from '../messages/messages.service.ts';
import { findAgentRow, saveAgent } from '../registry/agent-rows.store.ts';
import { hurryWork } from '../returns/returns.service.ts';
import { requestRotation } from '../tokens/rotation.service.ts';
import { requestReconcile } from './reconcile.service.ts';

/** All thousand are run by `MC_FAULT_SCHEDULES=1000 npx vitest run --project server …/faults.test.ts`. */
const SCHEDULES = Number(process.env.MC_FAULT_SCHEDULES ?? 20);
const TICK_MS = 5_000;
const TICKS = 36;
/** A pass is repeated at most this late. */
const RECOVERY_TICKS = 150;

let database: TestDatabase;
let platform: Platform;
let kinds: WorkKinds;
let clock = new Date('2026-03-01T08:00:00Z').getTime();
const pass = (ms: number) => {
  clock += ms;
};

beforeAll(async () => {
  database = await createTestDatabase();
  // The test's clock runs for days.
  await sql`create table events_ever partition of events default`.execute(database.db);
  const config = loadConfig({ LOG_LEVEL: 'silent', LOCAL_AUTH_TOKEN: 'test-'.repeat(10) });
  platform = {
    ...{ config, db: database.db, databaseUrl: database.url, log: createLog(config) },
    secrets: createSecrets(Buffer.alloc(32)),
    reactions: new Map(),
    now: () => new Date(clock),
    sleep: async (ms) => pass(ms),
  };
  // The work of the module; nothing is started, so that nothing but this test runs it.
  const gateways = createGateways(platform, { take: async () => undefined } as never); // no route is called
  kinds = createAgents(platform, gateways).work ?? {};
});
afterAll(() => database.drop());

interface Schedule {
  /** What befalls each call, in turn; afterwards nothing does. */
  faults: CallFault[];
  /** Ticks from one to another in which nobody reaches the gateway. */
  outages: [number, number][];
  actions: { tick: number; kind: 'message' | 'rename' | 'rotate' }[];
}

const tick = fc.integer({ min: 0, max: TICKS - 1 });
const schedule: fc.Arbitrary<Schedule> = fc.record({
  faults: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant<CallFault>('none') },
      { weight: 3, arbitrary: fc.constantFrom<CallFault>('busy', 'lost_before', 'lost_after') },
      { weight: 1, arbitrary: fc.constant<CallFault>('refused') },
    ),
    { maxLength: 120 },
  ),
  outages: fc.array(fc.tuple(tick, fc.integer({ min: 1, max: 14 })), { maxLength: 2 }),
  actions: fc.array(fc.record({ tick, kind: fc.constantFrom('message', 'message', 'rename', 'rotate') }), {
    maxLength: 8,
  }),
});

/** One agent on a gateway of its own. */
class Place {
  readonly orgId = newId();
  readonly gatewayId = newId();
  readonly boardId = newId();
  readonly sent: string[] = [];
  agentId = '';
  gateway!: FaultyGateway;
  isAway = false;

  get ctx() {
    return systemContext(platform, this.orgId);
  }

  write = <T>(work: (tx: TxContext) => Promise<T>) => inTransaction(this.ctx, work);

  async make(faults: CallFault[]): Promise<void> {
    const left = [...faults];
    await database.db.insertInto('organizations').values({ id: this.orgId, name: 'Faults' }).execute();
    const gateway = { id: this.gatewayId, org_id: this.orgId, name: 'Gateway', url: 'ws://gateway.example/' };
    await database.db
      .insertInto('gateways')
      .values({ ...gateway, workspace_root: '/srv', status: 'connected' })
      .execute();
    const board = { id: this.boardId, org_id: this.orgId, name: 'Board', slug: `b-${this.boardId}` };
    await database.db
      .insertInto('boards')
      .values({ ...board, description: 'For tests.', board_type: 'general', gateway_id: this.gatewayId })
      .execute();
    this.gateway = linkFaultyGateway(platform, this, { pass, nextFault: () => left.shift() ?? 'none' });
    const { agent } = await this.write((tx) => ensureLead(tx, { boardId: this.boardId }));
    this.agentId = agent.id;
  }

  /** What the supervisor of connections does when one breaks, and when it stands again. */
  async setAway(isAway: boolean): Promise<void> {
    if (isAway === this.isAway) return;
    this.isAway = isAway;
    this.gateway.setAway(isAway);
    const status = isAway ? 'disconnected' : 'connected';
    await this.write(async (tx) => {
      await tx.db.updateTable('gateways').set({ status }).where('id', '=', this.gatewayId).execute();
      if (isAway) return;
      await releaseWork(tx, `gateway:${this.gatewayId}`);
      await hurryWork(tx, this.gatewayId);
    });
  }

  async act(kind: 'message' | 'rename' | 'rotate'): Promise<void> {
    if (kind === 'rotate') await requestRotation(this.ctx, this.agentId);
    if (kind === 'message') {
      const text = `message ${this.sent.length}`;
      this.sent.push(text);
      const message = { agentId: this.agentId, kind: 'agent.nudge', data: { text, from: 'Pat' } } as const;
      await this.write((tx) => sendMessages(tx, [message]));
    }
    if (kind === 'rename')
      await this.write(async (tx) => {
        await saveAgent(tx, this.agentId, { name: `Name ${clock}` });
        await requestReconcile(tx, await this.row(), 'update');
      });
  }

  async row() {
    const row = await findAgentRow(this.ctx, this.agentId);
    if (!row) throw new Error('the agent is gone');
    return row;
  }

  async runDue(): Promise<void> {
    const due = await database.db
      .selectFrom('work_jobs')
      .select('id')
      .where('org_id', '=', this.orgId)
      .where('state', '=', 'queued')
      .where('waits_for', 'is', null)
      .where((eb) => eb.or([eb('next_retry_at', 'is', null), eb('next_retry_at', '<=', new Date(clock).toISOString())]))
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    for (const { id } of due) await runWork(platform, kinds, id);
  }

  async isQuiet(): Promise<boolean> {
    const open = await database.db
      .selectFrom('work_jobs')
      .select('id')
      .where('org_id', '=', this.orgId)
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirst();
    return open === undefined;
  }

  /** The token that the agent has is one that we take. */
  async assertTokenGood(): Promise<void> {
    const file = [...this.gateway.world.workspaces.values()].flatMap(
      (files) => files.get('.mission-control/auth') ?? [],
    );
    const [content] = file;
    if (!content?.includes('mca_')) return;
    const tokens = await listAgentTokens(this.ctx, this.agentId);
    expect(tokens.map(({ fileHash }) => fileHash)).toContain(hashText(content));
  }

  /** Shown as on its way for a minute at most, whatever happens. */
  async assertNotStuck(): Promise<void> {
    const { status, transition_deadline_at, provision_requested_at } = await this.row();
    if (status !== 'provisioning' && status !== 'updating') return;
    expect(new Date(transition_deadline_at ?? 0).getTime()).toBeGreaterThan(clock);
    expect(clock - new Date(provision_requested_at ?? 0).getTime()).toBeLessThanOrEqual(60_000);
  }

  async assertDone(): Promise<void> {
    const row = await this.row();
    expect(row).toMatchObject({ status: 'online', last_error: null, transition_deadline_at: null });
    expect(['steady', 'waking']).toContain(row.lifecycle_state);
    expect(this.gateway.world.agents.get(String(row.gateway_agent_id))).toMatchObject({ name: row.name });
    const began = this.gateway.began.get(String(row.openclaw_session_id)) ?? [];
    const nudges = began.flatMap((text) => /message \d+/.exec(text) ?? []);
    expect(nudges).toEqual(this.sent);
    await this.assertTokenGood();
    const tokens = await listAgentTokens(this.ctx, this.agentId);
    expect(tokens.filter(({ state }) => state === 'active')).toHaveLength(1);
    await database.db.deleteFrom('organizations').where('id', '=', this.orgId).execute();
  }
}

async function play({ faults, outages, actions }: Schedule): Promise<void> {
  const place = new Place();
  await place.make(faults);
  for (let now = 0; now < TICKS; now++) {
    await place.setAway(outages.some(([from, length]) => now >= from && now < from + length));
    for (const { kind } of actions.filter(({ tick: at }) => at === now)) await place.act(kind);
    await place.runDue();
    await watchAgents(platform);
    await place.assertNotStuck();
    await place.assertTokenGood();
    pass(TICK_MS);
  }
  await place.setAway(false);
  for (let now = 0; now < RECOVERY_TICKS && !(await place.isQuiet()); now++) {
    await place.runDue();
    await watchAgents(platform);
    await place.assertNotStuck();
    await place.assertTokenGood();
    pass(TICK_MS);
  }
  await place.assertDone();
}

it('166, 167: whatever befalls a gateway, no agent hangs, no message is lost or repeated, no token is locked out', async () => {
  await fc.assert(fc.asyncProperty(schedule, play), { numRuns: SCHEDULES, endOnFailure: true });
}, 3_600_000);
