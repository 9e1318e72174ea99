import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';
import { makeRun, postBatch, report, toBatch } from '../../../test/report.ts';

let app: TestApp;
let worker: EnrolledProcess;
beforeAll(async () => {
  app = await createTestApp();
  worker = await makeProcess(app);
});
afterAll(() => app.close());

const findRun = (id: string) => app.platform.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
const listSteps = (id: string) =>
  app.platform.db.selectFrom('steps').selectAll().where('run_id', '=', id).orderBy('seq').execute();
const codes = (answer: { rejected: { line: number; code: string }[] }) =>
  answer.rejected.map(({ line, code }) => [line, code]);

describe('a sound batch', () => {
  it('derives the run and its steps, priced and counted', async () => {
    const run = makeRun();
    const { status, answer } = await report(app, worker, [
      run.start({ input: { v: 'q' }, tags: { team: 'docs' } }),
      run.call({ out: { v: 'hi' } }),
      run.tool({ status: 'error', error: { type: 'RateLimited', message: 'slow down' }, attempt: 2 }),
      run.end({ outcome: 'done', score: 0.5, steps: 2 }),
    ]);
    expect([status, answer]).toMatchObject([200, { accepted: 4, duplicate: false, rejected: [], need: [], keep: [] }]);
    expect(await findRun(run.id)).toMatchObject({
      ...{ agent_id: worker.agentId, version_id: worker.versionId, status: 'ok', outcome: 'done', score: 0.5 },
      ...{ steps: 2, llm_calls: 1, tool_calls: 1, errors: 1, retries: 1, tokens_input: 1000, tokens_output: 100 },
      ...{ cost_usd: 0.003, unpriced_tokens: 0, in_payload: { v: 'q' }, tags: { team: 'docs' }, max_seq: 3 },
    });
    expect(await listSteps(run.id)).toMatchObject([
      { kind: 'llm', cost_usd: 0.003, prompt_bucket: 10, out_payload: { v: 'hi' }, agent_id: worker.agentId },
      { kind: 'tool', status: 'error', error_type: 'RateLimited', error_message: 'slow down', attempt: 2 },
    ]);
  });

  it('publishes one run.updated per run with the row as it became', async () => {
    const [one, two] = [makeRun(), makeRun()];
    await report(app, worker, [one.start(), two.start(), one.tool(), one.end()]);
    const events = await app.platform.db
      .selectFrom('events')
      .select(['subject_id', 'data', 'actor'])
      .where('type', '=', 'run.updated')
      .where('subject_id', 'in', [one.id, two.id])
      .execute();
    expect(events).toHaveLength(2);
    expect(events.find(({ subject_id }) => subject_id === one.id)).toMatchObject({
      actor: { kind: 'process', id: worker.producer },
      data: { run: { id: one.id, status: 'ok', steps: 1, agent_slug: 'worker', agent_version_number: 1, max_seq: 2 } },
    });
  });

  it('tolerates any order: the end first, the start last', async () => {
    const run = makeRun();
    const lines = [
      run.start({ name: 'late' }),
      run.tool(),
      run.tool(),
      run.end({ status: 'error', error: { type: 'E' } }),
    ];
    for (const line of lines.toReversed()) await report(app, worker, [line]);
    expect(await findRun(run.id)).toMatchObject({ name: 'late', status: 'error', error_type: 'E', steps: 2 });
  });

  it('keeps the end with the highest sequence number', async () => {
    const run = makeRun();
    const [start, early, late] = [run.start(), run.end({ status: 'error' }), run.end({ status: 'ok' })];
    await report(app, worker, [start, late]);
    await report(app, worker, [early]);
    expect(await findRun(run.id)).toMatchObject({ status: 'ok' });
  });

  it('accepts gzip', async () => {
    const run = makeRun();
    const { answer } = await report(app, worker, [run.start(), run.end()], { gzip: true });
    expect(answer.accepted).toBe(2);
  });

  it('ignores types and fields that it does not know, and counts the types', async () => {
    const run = makeRun();
    const { answer } = await report(app, worker, [run.start({ novelty: 1 }), run.event('hologram', {})]);
    expect(answer).toMatchObject({ accepted: 1, ignored: 1, rejected: [] });
  });

  it('records an undeclared call as violation, decision and count', async () => {
    const run = makeRun();
    const id = newId();
    const blocked = { id, key: 'tool:mail/send#1', tool: 'mail/send', verdict: 'block', mode: 'enforce' };
    await report(app, worker, [
      run.start(),
      run.event('decision', { ...blocked, rule: 'capability.tool_undeclared', args_view: { v: { to: 'x' } } }),
      run.event('decision', { ...blocked, id: newId(), verdict: 'allow' }),
    ]);
    const { db } = app.platform;
    expect(await db.selectFrom('violations').selectAll().where('run_id', '=', run.id).execute()).toMatchObject([
      {
        id,
        code: 'capability.tool_undeclared',
        enforcement: 'blocked',
        tool: 'mail/send',
        args_view: { v: { to: 'x' } },
      },
    ]);
    expect(await db.selectFrom('decisions').select('id').where('run_id', '=', run.id).execute()).toEqual([{ id }]);
    expect(await findRun(run.id)).toMatchObject({ violations: 1 });
  });

  it('asks to keep the payloads of unsampled runs whose tree went wrong', async () => {
    const root = makeRun();
    const child = makeRun();
    const trace = root.id.replaceAll('-', '');
    await report(app, worker, [child.start({ parent: { run: root.id }, trace }), child.end({ status: 'error' })]);
    const { answer } = await report(app, worker, [root.start({ trace, sampled: false })]);
    expect(answer.keep).toEqual([root.id]);
    expect(await findRun(child.id)).toMatchObject({ root_run_id: root.id, parent_run_id: root.id });
  });

  it('stores no payload under capture: metadata, and says so', async () => {
    const strict = await createTestApp();
    const process = await makeProcess(strict);
    await strict.router.inject({
      method: 'PUT',
      url: '/api/v1/telemetry/settings',
      headers: strict.owner.headers,
      payload: { version: 0, settings: { capture: 'metadata' } },
    });
    const run = makeRun();
    await report(strict, process, [run.start({ input: { v: 'private', size: 9 } })]);
    const row = await strict.platform.db.selectFrom('runs').select('in_payload').executeTakeFirst();
    expect(row?.in_payload).toEqual({ x: 'disabled', size: 9 });
    await strict.close();
  });
});

describe('once and only once', () => {
  it('answers a repeated batch as the first time and counts nothing twice', async () => {
    const run = makeRun();
    const body = toBatch(app, worker, [run.start(), run.tool(), '{broken']);
    const first = await postBatch(app, worker, body);
    const again = await postBatch(app, worker, body);
    expect(again.answer).toMatchObject({ duplicate: true, accepted: 2, rejected: first.answer.rejected });
    expect(await listSteps(run.id)).toHaveLength(1);
    expect(await findRun(run.id)).toMatchObject({ steps: 1 });
  });

  it('stores a batch that arrives several times at once a single time', async () => {
    const run = makeRun();
    const body = toBatch(app, worker, [run.start(), run.tool()]);
    const answers = await Promise.all([1, 2, 3, 4].map(() => postBatch(app, worker, body)));
    expect(answers.filter(({ answer }) => !answer.duplicate)).toHaveLength(1);
    expect(await listSteps(run.id)).toHaveLength(1);
  });

  it('takes a number at or below the floor for a duplicate', async () => {
    await app.platform.db.updateTable('producers').set({ batch_floor: 1 }).where('id', '=', worker.producer).execute();
    await app.platform.db.deleteFrom('telemetry_batches').where('batch', '=', 1).execute();
    const run = makeRun();
    const { answer } = await report(app, worker, [run.start()], { batch: 1 });
    expect(answer).toMatchObject({ duplicate: true, accepted: 0 });
    expect(await findRun(run.id)).toBeUndefined();
  });

  it('refuses a sequence number that a broken process uses twice', async () => {
    const run = makeRun();
    const tool = run.tool();
    await report(app, worker, [run.start(), tool]);
    const { answer } = await report(app, worker, [tool, run.end()]);
    expect(codes(answer)).toEqual([[2, 'event.bad_seq']]);
    expect(await findRun(run.id)).toMatchObject({ steps: 1, status: 'ok' });
  });

  it('claims nothing for a heartbeat and notes that the process lives', async () => {
    const { answer } = await report(app, worker, [], { header: { batch: undefined, dropped: { buffer_full: 3 } } });
    expect(answer).toMatchObject({ accepted: 0, duplicate: false });
    await expect
      .poll(() =>
        app.platform.db.selectFrom('producers').select('dropped').where('id', '=', worker.producer).executeTakeFirst(),
      )
      .toEqual({ dropped: { buffer_full: 3 } });
  });
});

describe('a bad line costs only itself', () => {
  it.each<[string, (run: ReturnType<typeof makeRun>) => Record<string, unknown> | string, string]>([
    ['that is no JSON', () => '{"t":"note"', 'event.unreadable'],
    ['that is no object', () => '[1]', 'event.unreadable'],
    [
      'that nests 10,000 deep',
      (run) =>
        JSON.stringify(run.event('note', { data: 0 })).replace(
          '"data":0',
          `"data":${'['.repeat(10_000)}${']'.repeat(10_000)}`,
        ),
      'event.too_deep',
    ],
    ['over 512 KiB', (run) => run.event('note', { message: 'x'.repeat(600_000) }), 'event.too_large'],
    ['without a run', () => ({ t: 'note', seq: 1, ts: new Date().toISOString() }), 'event.invalid'],
    [
      'with a run id that is no UUIDv7',
      (run) => ({ ...run.event('note', {}), run: '7c9e6679-7425-40de-944b-e07fc1f90ae7' }),
      'event.invalid',
    ],
    ['with a negative number', (run) => run.tool({ dur_us: -1 }), 'event.invalid'],
    ['with a number that no column holds', (run) => run.call({ tokens: { input: 2 ** 31 } }), 'event.invalid'],
    ['with a fraction for a count', (run) => run.tool({ wait_us: 0.5 }), 'event.invalid'],
    ['with a name that is too long', (run) => run.tool({ name: 'x'.repeat(257) }), 'event.invalid'],
    ['with a kind that does not exist', (run) => run.tool({ kind: 'dream' }), 'event.invalid'],
    [
      'with a date that does not exist',
      (run) => ({ ...run.event('note', {}), ts: '2026-02-30T00:00:00Z' }),
      'event.invalid',
    ],
    ['from long before its run', (run) => ({ ...run.event('note', {}), ts: '2020-01-01T00:00:00Z' }), 'event.bad_time'],
    [
      'from the future',
      (run) => run.tool({ started_at: new Date(Date.now() + 3_600_000).toISOString() }),
      'event.bad_time',
    ],
    ['of a run from the future', () => makeRun(new Date(Date.now() + 3_600_000)).start(), 'event.run_in_future'],
    [
      'of a run older than what is kept',
      () => makeRun(new Date(Date.now() - 10 * 86_400_000)).start(),
      'event.run_expired',
    ],
    ['of an agent that the process did not enrol', () => makeRun(new Date(), 'stranger').start(), 'agent.not_enrolled'],
    ['with a payload that is none', (run) => run.tool({ in: 'text' }), 'event.invalid'],
    [
      'with a blob under another hash',
      () => ({ t: 'blob', h: 'a'.repeat(64), enc: 'text', data: 'x', day: new Date().toISOString().slice(0, 10) }),
      'blob.hash_mismatch',
    ],
  ])('%s', async (_name, makeLine, code) => {
    const run = makeRun();
    const { status, answer } = await report(app, worker, [run.start(), makeLine(makeRun()), run.end()]);
    expect([status, answer.accepted, codes(answer)]).toEqual([200, 2, [[3, code]]]);
    expect(await findRun(run.id)).toMatchObject({ status: 'ok' });
  });

  it('of a run that belongs to an agent of another process', async () => {
    const other = await makeProcess(app, 'other');
    const run = makeRun(new Date(), 'other');
    await report(app, other, [run.start()]);
    const { answer } = await report(app, worker, [run.tool()]);
    expect(codes(answer)).toEqual([[2, 'agent.not_enrolled']]);
    expect(await findRun(run.id)).toMatchObject({ steps: 0 });
  });

  it('of an agent retired more than ten minutes ago', async () => {
    const process = await makeProcess(app, 'veteran');
    await app.platform.db
      .updateTable('agents')
      .set({ control_state: 'retired', control_at: new Date(Date.now() - 700_000) })
      .where('id', '=', process.agentId)
      .execute();
    const { answer } = await report(app, process, [makeRun(new Date(), 'veteran').start()]);
    expect(codes(answer)).toEqual([[2, 'agent.retired']]);
  });

  it('lists a hundred and counts all', async () => {
    const { answer } = await report(
      app,
      worker,
      Array.from({ length: 150 }, () => '{'),
    );
    expect([answer.rejected.length, answer.rejected_total]).toEqual([100, 150]);
  });

  it('stores what PostgreSQL refuses as U+FFFD: NUL and halves of surrogate pairs', async () => {
    const run = makeRun();
    const start = JSON.stringify(run.start({ name: 'N', input: { v: 'V' } }))
      .replace('"N"', '"a\\u0000b"')
      .replace('"V"', '{"k\\u0000":"\\ud800"}');
    const { answer } = await report(app, worker, [start]);
    expect(answer.rejected).toEqual([]);
    expect(await findRun(run.id)).toMatchObject({ name: 'a\ufffdb', in_payload: { v: { 'k\ufffd': '\ufffd' } } });
  });
});

describe('a bad batch', () => {
  const send = (body: Buffer, headers: Record<string, string> = {}) => postBatch(app, worker, body, headers);
  const gzip = { 'content-encoding': 'gzip' };

  it.each<[string, () => Buffer, Record<string, string>, number, string]>([
    ['truncated gzip', () => gzipSync('x'.repeat(5_000)).subarray(0, 20), gzip, 400, 'batch.unreadable'],
    ['no gzip at all', () => Buffer.from('{}'), gzip, 400, 'batch.unreadable'],
    ['a bomb', () => gzipSync(Buffer.alloc(40 * 1024 * 1024)), gzip, 413, 'batch.too_large'],
    ['bad UTF-8', () => Buffer.from([0x7b, 0xff, 0xfe]), {}, 400, 'batch.unreadable'],
    ['an encoding we do not know', () => Buffer.from('{}'), { 'content-encoding': 'br' }, 400, 'batch.unreadable'],
    ['no header', () => Buffer.from('\n'), {}, 400, 'batch.unreadable'],
    ['a header 10,000 deep', () => Buffer.from('['.repeat(10_000)), {}, 400, 'batch.unreadable'],
    ['another version', () => toBatch(app, worker, [], { header: { v: 9 } }), {}, 400, 'batch.version'],
    [
      'events without a number',
      () => toBatch(app, worker, ['{}'], { header: { batch: 0 } }),
      {},
      400,
      'batch.unreadable',
    ],
    [
      'another process in the header',
      () => toBatch(app, worker, [], { header: { producer: newId() } }),
      {},
      403,
      'batch.producer',
    ],
    [
      'more than 5,000 lines',
      () =>
        toBatch(
          app,
          worker,
          Array.from({ length: 5_001 }, () => '{}'),
        ),
      {},
      413,
      'batch.too_large',
    ],
    ['more than 4 MiB', () => Buffer.alloc(4 * 1024 * 1024 + 1, 0x20), {}, 413, 'batch.too_large'],
  ])('%s stores nothing', async (...[, makeBody, headers, status, code]) => {
    const before = await app.platform.db
      .selectFrom('telemetry_batches')
      .select(sql<number>`count(*)`.as('n'))
      .execute();
    const response = await send(makeBody(), headers);
    expect([response.status, response.answer.code]).toEqual([status, code]);
    const after = await app.platform.db.selectFrom('telemetry_batches').select(sql<number>`count(*)`.as('n')).execute();
    expect(after).toEqual(before);
  });

  it('without a valid token is 401', async () => {
    const stranger = { ...worker, headers: { authorization: `Bearer mca_${'x'.repeat(43)}` } };
    expect((await report(app, stranger, [])).status).toBe(401);
  });

  it('of a process that sends more than its share is 429 with Retry-After', async () => {
    const greedy = await makeProcess(app, 'greedy');
    const answers = [];
    for (let i = 0; i < 4; i++)
      answers.push(
        await report(
          app,
          greedy,
          Array.from({ length: 4_000 }, () => '{}'),
        ),
      );
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.answer.code).toBe('ingest.quota');
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('clocks', () => {
  it('shifts all instants of a process whose clock is wrong, and records by how much', async () => {
    const process = await makeProcess(app, 'tardy');
    const behind = new Date(Date.now() - 3_600_000);
    const run = makeRun(behind, 'tardy', newId());
    await report(app, process, [run.start(), run.tool(), run.end()], { sentAt: behind });
    const row = await findRun(run.id);
    expect(Math.abs(Date.parse(row?.started_at ?? '') - Date.now())).toBeLessThan(5_000);
    await expect
      .poll(async () => {
        const { db } = app.platform;
        return (
          await db.selectFrom('producers').select('skew_ms').where('id', '=', process.producer).executeTakeFirst()
        )?.skew_ms;
      })
      .toBeGreaterThan(3_590_000);
  });
});

describe('redaction', () => {
  it('repeats on the server what the process missed, before anything is stored', async () => {
    const run = makeRun();
    await report(app, worker, [
      run.start({ input: { v: { password: 'hunter2', note: 'ask bob@example.com' } } }),
      run.tool({
        status: 'error',
        error: { type: 'E', message: `key sk-${'A1b2'.repeat(8)}`, stack: 'at bob@example.com' },
      }),
    ]);
    const stored = JSON.stringify([await findRun(run.id), await listSteps(run.id)]);
    expect(stored).not.toMatch(/hunter2|bob@example|A1b2/);
    expect(await findRun(run.id)).toMatchObject({
      in_payload: { fid: 'redacted', v: { password: '[redacted:password]' } },
    });
  });
});

describe('payloads', () => {
  const day = () => new Date().toISOString().slice(0, 10);
  const toBlob = (data: string) => {
    const h = createHash('sha256').update(data).digest('hex');
    return { h, line: { t: 'blob', h, enc: 'text', data, day: day() } };
  };

  it('are asked for when they are absent, and not any more when they came', async () => {
    const run = makeRun();
    const { h, line } = toBlob(`${newId()} `.repeat(100));
    const missing = await report(app, worker, [run.start({ input: { b: h, size: 3700 } })]);
    expect(missing.answer.need).toEqual([h]);
    const present = await report(app, worker, [line, run.tool({ in: { b: h, size: 3700 } })]);
    expect(present.answer).toMatchObject({ accepted: 2, need: [] });
    const content = await app.router.inject({
      method: 'GET',
      url: `/api/v1/runs/${run.id}/payload?ref=${h}`,
      headers: app.owner.headers,
    });
    expect([content.statusCode, content.body]).toEqual([200, line.data]);
  });

  it('too large to stand in a row are stored apart', async () => {
    const run = makeRun();
    await report(app, worker, [run.start({ input: { v: 'word '.repeat(1_000) } })]);
    expect(await findRun(run.id)).toMatchObject({ in_payload: { b: expect.any(String), size: 5002 } });
  });

  it('are cut to head and tail beyond 32 KiB', async () => {
    const run = makeRun();
    const { h, line } = toBlob('word '.repeat(20_000));
    await report(app, worker, [line, run.start({ input: { b: h, size: 100_000 } })]);
    const { body } = await app.router.inject({
      method: 'GET',
      url: `/api/v1/runs/${run.id}/payload?ref=${h}`,
      headers: app.owner.headers,
    });
    expect(body.length).toBeLessThan(34_000);
    expect(body).toMatch(/bytes cut/);
  });
});

describe('two organizations', () => {
  it('may use the same process and run ids without touching each other', async () => {
    const run = makeRun();
    await report(app, worker, [run.start()]);
    // The same ids under another organization, as if its process had made them.
    const orgId = newId();
    const { db } = app.platform;
    await db.insertInto('organizations').values({ id: orgId, name: 'Elsewhere' }).execute();
    await sql`insert into runs (org_id, day, id, agent_id, root_run_id, started_at, last_event_at, name)
      select ${orgId}, day, id, null, root_run_id, started_at, last_event_at, 'theirs' from runs where id = ${run.id}`.execute(
      db,
    );
    await report(app, worker, [run.end()]);
    const rows = await db.selectFrom('runs').select(['org_id', 'name', 'status']).where('id', '=', run.id).execute();
    expect(rows).toEqual(
      expect.arrayContaining([
        { org_id: app.owner.orgId, name: 'summarize', status: 'ok' },
        { org_id: orgId, name: 'theirs', status: 'running' },
      ]),
    );
  });
});
