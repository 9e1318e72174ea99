import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeAgent, makeOrganization, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { createEdgeSummer } from '../graph/edges/edges.jobs.ts';
import { watchHealth } from '../health/health.jobs.ts';
import { learnBaselines } from './baselines/learn.jobs.ts';
import { createWatch } from './watching/watch.ts';

const MINUTE_MS = 60_000;

let app: TestApp;
let worker: EnrolledProcess;
let coordinator: EnrolledProcess;
let ahead = 0;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(Date.now() + ahead) });
  worker = await makeProcess(app);
  coordinator = await makeProcess(app, 'coordinator');
});
afterAll(() => app.close());

const call = (method: 'GET' | 'PATCH' | 'POST', url: string, payload?: object, headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });

const RATE_LIMITED = { status: 'error', error: { type: 'rate_limited', message: '429' } };

/** So many runs of the worker for the coordinator, each with one call of a tool that succeeds at the given attempt. */
async function work(n: number, { attempts }: { attempts: number }): Promise<void> {
  const at = app.platform.now();
  for (let from = 0; from < n; from += 20) {
    const size = Math.min(20, n - from);
    const parents = Array.from({ length: size }, () => makeRun(at, 'coordinator'));
    await report(
      app,
      coordinator,
      parents.flatMap((parent) => [parent.start(), parent.call(), parent.end()]),
    );
    const runs = parents.map((parent) => ({ run: makeRun(at), parent }));
    await report(
      app,
      worker,
      runs.flatMap(({ run, parent }) => [
        run.start({ parent: { run: parent.id } }),
        run.call(),
        ...Array.from({ length: attempts - 1 }, (_, i) =>
          run.tool({ ...RATE_LIMITED, key: 'tool:docs/read#1', attempt: i + 1 }),
        ),
        run.tool({ key: 'tool:docs/read#1', attempt: attempts }),
        run.end(),
      ]),
    );
  }
}

const open = async () => (await call('GET', '/anomalies?state=active')).json().items;
const factsOf = async (id: string) =>
  (await app.platform.db.selectFrom('events').select('type').where('subject_id', '=', id).orderBy('id').execute()).map(
    ({ type }) => type,
  );

async function makeForeignAnomaly(): Promise<string> {
  const org_id = await makeOrganization(app);
  const [id, at] = [newId(), app.platform.now()];
  await app.platform.db
    .insertInto('anomalies')
    .values({
      ...{ id, org_id, agent_id: await makeAgent(app, org_id), detector: 'loop', metric: 'repeats', scope: '', n: 3 },
      ...{ severity: 'high', opened_at: at, began_at: at, last_seen_at: at, observed: 3, baseline_level: 'none' },
      explanation: 'It goes round in circles.',
    })
    .execute();
  return id;
}

it('a specialist that is rate limited turns amber and is named as the cause while its coordinator is green', async () => {
  const watch = createWatch();
  await work(100, { attempts: 1 });
  ahead += 5 * MINUTE_MS;
  await learnBaselines(app.platform);
  await watch.watchAgents(app.platform);
  expect(await open()).toEqual([]);

  await work(20, { attempts: 3 });
  await createEdgeSummer()(app.platform);
  ahead += 10_000;
  await watch.watchAgents(app.platform);
  const [anomaly, ...others] = await open();
  expect(others).toEqual([]);
  expect(anomaly).toMatchObject({
    ...{ agent_id: worker.agentId, detector: 'attempts', severity: 'medium', state: 'open', observed: 3 },
    cause: { kind: 'tool', agent_id: worker.agentId, tool: 'docs/read', error_type: 'rate_limited' },
    affected_agent_ids: [coordinator.agentId],
  });
  expect(anomaly.explanation).toContain('3.0 attempts per call');
  expect(anomaly.explanation).toContain('tool docs/read is tried again: it answers rate_limited');

  const healthOf = async ({ agentId }: EnrolledProcess) => (await call('GET', `/agents/${agentId}`)).json();
  await expect
    .poll(async () => {
      await watchHealth(app.platform);
      return [(await healthOf(worker)).health, (await healthOf(coordinator)).health];
    })
    .toEqual(['amber', 'green']);
  const { health_reasons } = await healthOf(worker);
  expect(health_reasons).toContainEqual(expect.objectContaining({ code: 'anomaly', text: anomaly.explanation }));

  // It is told once, and is over after ten clean minutes.
  await watch.watchAgents(app.platform);
  expect(await open()).toHaveLength(1);
  await work(100, { attempts: 1 });
  for (const minutes of [0, 5, 6]) {
    ahead += minutes * MINUTE_MS + 10_000;
    await watch.watchAgents(app.platform);
  }
  expect(await open()).toEqual([]);
  expect(await factsOf(anomaly.id)).toEqual(['anomaly.opened', 'anomaly.closed']);
});

it('a run that goes round in circles is told at once, with the run; people may say what it was worth and mute it', async () => {
  const watch = createWatch();
  await watch.watchAgents(app.platform);
  const run = makeRun(app.platform.now());
  const same = { args_hash: 'a'.repeat(64), out: { v: 'nothing' } };
  await report(app, worker, [run.start(), run.tool(same), run.tool(same), run.tool(same), run.tool(same)]);
  await watch.watchRuns(app.platform);
  const [loop] = await open();
  expect(loop).toMatchObject({ detector: 'loop', observed: 4, example_run_ids: [run.id], baseline_level: 'none' });

  const detail = (await call('GET', `/anomalies/${loop.id}`)).json();
  expect(detail).toMatchObject({ id: loop.id, series: [] });
  const patch = (change: object, headers = app.owner.headers) =>
    call('PATCH', `/anomalies/${loop.id}`, change, headers);
  expect((await patch({ state: 'acknowledged', note: 'Known.' })).json()).toMatchObject({ state: 'acknowledged' });
  const until = new Date(app.platform.now().getTime() + MINUTE_MS).toISOString();
  const muted = await patch({ feedback: 'expected', mute_until: until });
  expect(muted.json()).toMatchObject({ state: 'closed', feedback: 'expected', mute_until: until });
  await watch.watchAgents(app.platform);
  await watch.watchRuns(app.platform);
  expect(await open()).toEqual([]);
  expect(await factsOf(loop.id)).toEqual(['anomaly.opened', 'anomaly.changed', 'anomaly.closed']);

  expect((await patch({ state: 'acknowledged' })).json().code).toBe('anomaly.closed');
  expect((await patch({})).json().code).toBe('request.invalid');
  const foreign = await makeForeignAnomaly();
  expect((await call('GET', `/anomalies/${foreign}`)).json().code).toBe('anomaly.not_found');
  expect((await call('PATCH', `/anomalies/${foreign}`, { note: 'x' })).json().code).toBe('anomaly.not_found');
  expect((await call('GET', '/anomalies')).json().items.map(({ id }: { id: string }) => id)).not.toContain(foreign);
});

it('what is usual is shown, and can be learned anew', async () => {
  const path = `/anomalies/baselines/${worker.agentId}`;
  const known = (await call('GET', path)).json();
  expect(known).toMatchObject({ agent_id: worker.agentId, is_learning: false, error_rate: 0 });
  expect(known.runs).toBeGreaterThanOrEqual(100);
  expect((await call('POST', `${path}/reset`, {})).json()).toMatchObject({ runs: 0, is_learning: true, p50_ms: null });
  expect(await factsOf(worker.agentId)).toContain('baseline.reset');
  expect((await call('GET', `/anomalies/baselines/${newId()}`)).json().code).toBe('agent.not_found');
});
