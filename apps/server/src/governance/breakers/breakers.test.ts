import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeMember, makeOrganization, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { judgeAll, judgeMoving } from './judging/judge.service.ts';

let at = Date.now();
let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at) });
});
afterAll(() => app.close());

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function call(
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
  headers: Record<string, string> = app.owner.headers,
) {
  return app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
}

interface Rule {
  name: string;
  agent: string;
  watch?: string;
  over?: string;
  scope?: string;
  action?: string;
  mode?: string;
}

/** Puts a breaker rule into force for one agent. */
async function enforce({
  name,
  agent,
  watch = 'error_rate',
  over = '15%',
  scope = 'agent',
  action = 'pause',
  mode = 'enforce',
}: Rule) {
  const source = `version: 1
name: ${name}
mode: ${mode}
scope: { agent: ${agent} }
rules:
  - id: errors
    breaker: { watch: ${watch}, over: ${over}, window: 5m, min_calls: 20, scope: ${scope}, action: ${action}, open_for: 2m, half_open_probes: 3 }
tests:
  - { name: opens, given: { calls: { total: 25, errors: 4 } }, expect: { breaker: ${watch === 'error_rate' ? 'open' : 'closed'} } }
`;
  const made = await call('POST', '/policies', { source });
  expect(made.statusCode, made.body).toBe(201);
  const { id } = made.json();
  const active = await call('POST', `/policies/${id}/activate`, { version: 1, mode, acknowledge_unobserved: true });
  expect(active.statusCode, active.body).toBe(200);
  return id as string;
}

/** Reports one run with so many calls of a tool of which some failed. */
async function work(
  process: EnrolledProcess,
  slug: string,
  calls: { ok?: number; failed?: number; tool?: string },
  end: Record<string, unknown> = {},
) {
  const { ok = 0, failed = 0, tool = 'docs/read' } = calls;
  const run = makeRun(new Date(at), slug);
  const lines = [
    run.start(),
    ...Array.from({ length: ok }, () => run.tool({ name: tool })),
    ...Array.from({ length: failed }, () =>
      run.tool({ name: tool, status: 'error', error: { type: 'E', message: 'no' } }),
    ),
    run.end(end),
  ];
  const { status, answer } = await report(app, process, lines);
  expect([status, answer.rejected]).toEqual([200, []]);
  return run.id;
}

const listBreakers = async (agentId: string) => (await call('GET', `/breakers?agent_id=${agentId}`)).json().items;
const findBreaker = async (agentId: string) => (await listBreakers(agentId))[0];
const stateOf = (agentId: string) => expect.poll(async () => (await findBreaker(agentId))?.state, { timeout: 20_000 });
const findAgent = async (id: string) => (await call('GET', `/agents/${id}`)).json();
const bundleOf = async ({ agentId, headers }: EnrolledProcess) =>
  (await call('GET', `/agents/${agentId}/bundle`, undefined, headers)).json();
const factsOf = async (breakerId: string) => {
  const rows = await app.platform.db
    .selectFrom('events')
    .select('type')
    .where('subject_id', '=', breakerId)
    .orderBy('id')
    .execute();
  return rows.map(({ type }) => type);
};

describe('the first example of the mission', () => {
  it('an error rate above 15 % over five minutes pauses the agent, and it runs again when its probes went well', async () => {
    const worker = await makeProcess(app, 'refunds');
    await enforce({ name: 'mission', agent: 'refunds' });
    await work(worker, 'refunds', { ok: 17, failed: 3 });
    await stateOf(worker.agentId).toBe('closed');
    at += 30 * SECOND_MS;
    await work(worker, 'refunds', { failed: 1 });
    await stateOf(worker.agentId).toBe('open');
    const opened = await findBreaker(worker.agentId);
    expect(opened).toMatchObject({
      ...{ key: 'mission:errors|refunds', rule: 'mission@1:errors', effect: 'pause', open_count: 0, calls: 21 },
      reason: '19 % of 21 calls failed in 300 s; 15 % are allowed.',
    });
    const openMs = Date.parse(opened.retry_at) - Date.parse(opened.opened_at);
    expect(Math.abs(openMs - 2 * MINUTE_MS)).toBeLessThanOrEqual(12 * SECOND_MS);
    const paused = await findAgent(worker.agentId);
    expect(paused).toMatchObject({
      control_state: 'paused',
      holds: [{ holder: `breaker:${opened.id}`, retry_at: opened.retry_at }],
    });
    expect((await bundleOf(worker)).control).toMatchObject({ state: 'paused', retry_at: opened.retry_at });

    at += 3 * MINUTE_MS;
    await judgeMoving(app.platform);
    await stateOf(worker.agentId).toBe('half_open');
    expect(await findAgent(worker.agentId)).toMatchObject({ control_state: 'active', holds: [] });
    expect((await bundleOf(worker)).breakers).toEqual([
      { key: 'mission:errors|refunds', state: 'half_open', retry_at: null },
    ]);
    at += SECOND_MS;
    for (let probe = 0; probe < 3; probe++) await work(worker, 'refunds', { ok: 4 });
    await stateOf(worker.agentId).toBe('closed');
    expect(await factsOf(opened.id)).toEqual(['breaker.opened', 'breaker.half_opened', 'breaker.closed']);
    expect(await findBreaker(worker.agentId)).toMatchObject({ reason: 'Its probes went well.', effect: 'none' });

    // What went wrong before does not open it again; a person sees the whole.
    await work(worker, 'refunds', { ok: 1 });
    const detail = (await call('GET', `/breakers/${opened.id}`)).json();
    expect(detail).toMatchObject({ state: 'closed', tries: [] });
    expect(detail.buckets.length).toBeGreaterThan(1);
  });

  it('opens longer when a probe fails, and again when it fails again', async () => {
    const worker = await makeProcess(app, 'stubborn');
    await enforce({ name: 'stubborn', agent: 'stubborn' });
    await work(worker, 'stubborn', { failed: 20 });
    await stateOf(worker.agentId).toBe('open');
    for (const count of [1, 2]) {
      at = Date.parse((await findBreaker(worker.agentId)).retry_at);
      await judgeMoving(app.platform);
      await stateOf(worker.agentId).toBe('half_open');
      await work(worker, 'stubborn', {}, { status: 'error', error: { type: 'E' } });
      await stateOf(worker.agentId).toBe('open');
      expect(await findBreaker(worker.agentId)).toMatchObject({
        open_count: count,
        reason: 'A run that tried it failed.',
      });
    }
  });
});

describe('what an open breaker does', () => {
  it('blocks one tool of the agent, by its bundle, and lets the others be', async () => {
    const worker = await makeProcess(app, 'mailer');
    await enforce({ name: 'tools', agent: 'mailer', scope: 'tool', action: 'block_tool' });
    await work(worker, 'mailer', { failed: 20, tool: 'mail/send' });
    await work(worker, 'mailer', { ok: 20, tool: 'docs/read' });
    await expect.poll(async () => (await listBreakers(worker.agentId)).length).toBe(2);
    await expect.poll(async () => (await bundleOf(worker)).breakers.length).toBe(1);
    const [open] = (await call('GET', '/breakers?state=open&tool=mail/send&policy=tools')).json().items;
    expect(open).toMatchObject({ key: 'tools:errors|mailer|mail/send', effect: 'block_tool', tool: 'mail/send' });
    expect((await bundleOf(worker)).breakers).toEqual([{ key: open.key, state: 'open', retry_at: open.retry_at }]);
    expect((await findAgent(worker.agentId)).control_state).toBe('active');
  });

  it('is only told under monitor, and ends with its rule', async () => {
    const worker = await makeProcess(app, 'watched');
    const policyId = await enforce({ name: 'watching', agent: 'watched', mode: 'monitor' });
    await work(worker, 'watched', { failed: 20 });
    await stateOf(worker.agentId).toBe('open');
    const { id, effect, mode } = await findBreaker(worker.agentId);
    expect([effect, mode, (await findAgent(worker.agentId)).control_state]).toEqual(['none', 'monitor', 'active']);
    const setMode = async (next: string) => {
      const answer = await call('POST', `/policies/${policyId}/activate`, {
        version: 1,
        mode: next,
        acknowledge_unobserved: true,
      });
      expect(answer.statusCode, answer.body).toBe(200);
      await judgeMoving(app.platform);
      return (await findAgent(worker.agentId)).control_state;
    };
    expect(await setMode('enforce')).toBe('paused');
    expect(await setMode('monitor')).toBe('active');
    await setMode('off');
    await judgeAll(app.platform);
    expect(await listBreakers(worker.agentId)).toEqual([]);
    expect(await factsOf(id)).toEqual(['breaker.opened', 'breaker.opened', 'breaker.closed']);
  });

  it('goes back to the version before when the active one is new, and closes', async () => {
    const worker = await makeProcess(app, 'routed');
    at += SECOND_MS;
    const next = await makeProcess(app, 'routed', { tools: [{ name: 'docs/read' }, { name: 'new/tool' }] });
    await enforce({ name: 'routing', agent: 'routed', scope: 'agent_version', action: 'route_version' });
    await work(next, 'routed', { failed: 20 });
    await expect.poll(async () => (await findBreaker(worker.agentId))?.reason).toMatch(/rolled back/);
    expect(await findBreaker(worker.agentId)).toMatchObject({ state: 'closed', key: 'routing:errors|routed|v2' });
    expect(await findAgent(worker.agentId)).toMatchObject({
      active_version_id: worker.versionId,
      control_state: 'active',
    });
  });

  it('never pauses more than half of a type of four by itself: the next one only alerts, and a person may pause it', async () => {
    const type = ['one', 'two', 'three', 'four'];
    const workers: EnrolledProcess[] = [];
    for (const slug of type) workers.push(await makeProcess(app, slug));
    await app.platform.db.updateTable('agents').set({ agent_type: 'quartet' }).where('slug', 'in', type).execute();
    for (const [i, slug] of type.entries()) {
      await enforce({ name: `quartet-${slug}`, agent: slug });
      await work(workers[i] as EnrolledProcess, slug, { failed: 20 });
      await stateOf(workers[i]?.agentId ?? '').toBe('open');
    }
    const effects = await Promise.all(workers.map(async ({ agentId }) => (await findBreaker(agentId)).effect));
    expect(effects).toEqual(['pause', 'pause', 'alert', 'alert']);
    const third = workers[2] as EnrolledProcess;
    expect((await findAgent(third.agentId)).control_state).toBe('active');
    expect((await bundleOf(third)).breakers).toEqual([]);
    const { id } = await findBreaker(third.agentId);
    expect((await call('POST', `/breakers/${id}/open`, { reason: 'stop it' })).json()).toMatchObject({
      effect: 'pause',
    });
    expect((await findAgent(third.agentId)).control_state).toBe('paused');
  });
});

describe('what counts', () => {
  it('leaves out what was blocked, cancelled or reused, and replays', async () => {
    const worker = await makeProcess(app, 'counted');
    await enforce({ name: 'counting', agent: 'counted' });
    const run = makeRun(new Date(at), 'counted');
    const replay = makeRun(new Date(at), 'counted');
    const failed = { status: 'error', error: { type: 'E', message: 'no' } };
    await report(app, worker, [
      run.start(),
      ...['blocked', 'cancelled', 'reused'].map((status) => run.tool({ status })),
      run.call(),
      run.tool(failed),
      replay.start({ replay: { id: newId(), of: run.id } }),
      replay.tool(failed),
    ]);
    // Also when the run began in a batch before.
    await report(app, worker, [replay.tool(failed)]);
    await stateOf(worker.agentId).toBe('closed');
    const { buckets } = (await call('GET', `/breakers/${(await findBreaker(worker.agentId)).id}`)).json();
    expect(buckets).toEqual([
      expect.objectContaining({ calls: 2, errors: 1, violations: 0, p95_ms: expect.any(Number) }),
    ]);
  });

  it('opens on violations, though not on those that an open breaker makes', async () => {
    const worker = await makeProcess(app, 'rude');
    await enforce({ name: 'manners', agent: 'rude', watch: 'violations', over: '15' });
    const decide = async (rule: string, count: number) => {
      const run = makeRun(new Date(at), 'rude');
      const decisions = Array.from({ length: count }, () =>
        run.event('decision', {
          id: newId(),
          key: 'k',
          tool: 'mail/send',
          verdict: 'block',
          rule,
          mode: 'enforce',
          matched: [{ rule, code: 'breaker.violations' }],
        }),
      );
      expect((await report(app, worker, [run.start(), ...decisions])).answer.rejected).toEqual([]);
    };
    await decide('capability.tool_undeclared', 10);
    await decide('manners@1:errors', 30);
    await stateOf(worker.agentId).toBe('closed');
    await decide('capability.tool_undeclared', 10);
    await stateOf(worker.agentId).toBe('open');
    expect(await findBreaker(worker.agentId)).toMatchObject({
      reason: '20 violations in 20 calls in 300 s; 15 are allowed.',
    });
  });
});

describe('a person', () => {
  it('opens, closes and releases a breaker with a reason, and it stays so meanwhile', async () => {
    const worker = await makeProcess(app, 'manual');
    await enforce({ name: 'by-hand', agent: 'manual' });
    await work(worker, 'manual', { ok: 1 });
    await stateOf(worker.agentId).toBe('closed');
    const { id } = await findBreaker(worker.agentId);
    const act = (action: string, reason = 'because') => call('POST', `/breakers/${id}/${action}`, { reason });
    expect((await act('release')).json()).toMatchObject({ code: 'breaker.not_held' });
    expect((await act('open', '')).statusCode).toBe(422);
    expect((await act('open', 'a drill')).json()).toMatchObject({
      state: 'open',
      held_by: { kind: 'user' },
      reason: 'a drill',
      retry_at: null,
    });
    at += 60 * MINUTE_MS;
    await judgeMoving(app.platform);
    expect(await findAgent(worker.agentId)).toMatchObject({ control_state: 'paused', control_reason: 'a drill' });
    expect((await call('GET', '/breakers?held=true')).json().items.map((item: { id: string }) => item.id)).toContain(
      id,
    );
    expect((await act('release')).json()).toMatchObject({ state: 'half_open', held_by: null });
    expect((await findAgent(worker.agentId)).control_state).toBe('active');
    expect((await act('close', 'known trouble')).json()).toMatchObject({ state: 'closed', held_by: { kind: 'user' } });
    await work(worker, 'manual', { failed: 30 });
    await work(worker, 'manual', { failed: 1 });
    expect(await findBreaker(worker.agentId)).toMatchObject({ state: 'closed', reason: 'known trouble' });
    expect((await act('release')).json()).toMatchObject({ state: 'closed', held_by: null });
    expect(await factsOf(id)).toEqual(['breaker.opened', 'breaker.half_opened', 'breaker.closed', 'breaker.released']);
    const listAudited = async () =>
      (await call('GET', '/audit?action=breaker.opened&limit=200'))
        .json()
        .items.map(({ details }: { details: { breaker_id: string } }) => details.breaker_id);
    await expect.poll(listAudited, { timeout: 20_000 }).toContain(id);
  });

  it('pages through them, and sees none of another organization', async () => {
    const { items } = (await call('GET', '/breakers?limit=200')).json();
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = (await call('GET', `/breakers?limit=3${cursor}`)).json();
      ids.push(...page.items.map(({ id }: { id: string }) => id));
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor !== '');
    expect(ids).toEqual(items.map(({ id }: { id: string }) => id));
    const stranger = await makeMember(app, await makeOrganization(app), { role: 'owner' });
    expect((await call('GET', '/breakers', undefined, stranger.headers)).json().items).toEqual([]);
    expect((await call('GET', `/breakers/${ids[0]}`, undefined, stranger.headers)).statusCode).toBe(404);
    expect((await call('POST', `/breakers/${ids[0]}/open`, { reason: 'x' }, stranger.headers)).statusCode).toBe(404);
  });
});

describe('the places of probes', () => {
  it('go to as many runs as the rule says, and a run keeps its own', async () => {
    const worker = await makeProcess(app, 'probing');
    await enforce({ name: 'probing', agent: 'probing' });
    await work(worker, 'probing', { failed: 20 });
    await stateOf(worker.agentId).toBe('open');
    at = Date.parse((await findBreaker(worker.agentId)).retry_at);
    await judgeMoving(app.platform);
    const ask = async (run: string, headers: Record<string, string> = worker.headers) =>
      (await call('POST', '/breakers/probes', { agent_id: worker.agentId, run }, headers)).json();
    const runs = Array.from({ length: 8 }, () => newId(new Date(at)));
    const answers = await Promise.all(runs.map((run) => ask(run)));
    const granted = runs.filter((_, i) => answers[i].status === 'granted');
    expect(granted).toHaveLength(3);
    expect(answers.find(({ status }) => status === 'denied')).toEqual({ status: 'denied', retry_after_ms: 5_000 });
    expect((await ask(granted[0] as string)).status).toBe('granted');
    expect((await ask(granted[0] as string, (await makeProcess(app, 'other')).headers)).code).toBe('agent.not_found');
    // Who never reports gives the place back.
    at += 2 * MINUTE_MS;
    await judgeMoving(app.platform);
    expect((await ask(newId(new Date(at)))).status).toBe('granted');
  });
});
