import { verify as verifySignature } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson } from '@mission-control/policy/canonical';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { eventPartitions } from '#server/app/event-partitions.ts';
import { type Actor, inTransaction, systemContext } from '#server/platform/context.ts';
import { defineEvent, type EventType, publish, publishAll } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { ensurePartitions } from '#server/platform/postgres/partitions.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeAgent, makeMember, makeOrganization } from '../../../test/make.ts';
import type { AuditEntry, AuditVerification, SignedHead } from './audit.schema.ts';
import { anchorHead, signHeads, verifyLastDay } from './heads/heads.service.ts';
import { GENESIS, hashEntry } from './sealing/chain.ts';
import { sealBatch, sealFacts, toAuditedTypes } from './sealing/sealer.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  while (!(await pauseSealer())) await sleep(20); // the test's own time limit ends this
});
afterAll(() => app.close());

/** The sealer of the application does not know this test's facts and would pass them. True when it rests. */
async function pauseSealer(): Promise<boolean> {
  const { rows } = await sql`
    update recurring_jobs set next_at = 'infinity'
    where name = 'audit.seal' and next_at < clock_timestamp() + interval '1 second' returning name`.execute(
    app.platform.db,
  );
  return rows.length > 0;
}

/** A fact with whatever details; the application does not know it, so only this test seals it. */
const noted: EventType = defineEvent({
  type: 'test.noted',
  subject: 'note',
  schema: z.unknown(),
  audit: (details) => {
    const given = details as Record<string, unknown>;
    if (given.explodes) throw new Error('cannot be read');
    if (given.isMinor) return undefined;
    return given;
  },
});
const types = toAuditedTypes([noted, ...[{ ...noted, audit: undefined, type: 'test.ignored' } as EventType]]);
const seal = () => sealFacts(app.platform, types);

const contextOf = (orgId: string, actor?: Actor) => ({
  ...systemContext(app.platform, orgId),
  ...(actor ? { actor } : {}),
});
const note = (orgId: string, details: Record<string, unknown>, actor?: Actor) =>
  inTransaction(contextOf(orgId, actor), (tx) => publish(tx, noted, { subjectId: newId(), data: details }));
const noteMany = (orgId: string, from: number, count: number) =>
  inTransaction(contextOf(orgId), (tx) =>
    publishAll(
      tx,
      noted,
      Array.from({ length: count }, (_, i) => ({ subjectId: newId(), data: { n: from + i } })),
    ),
  );

interface Org {
  id: string;
  get: <T>(path: string) => Promise<T>;
  raw: (path: string) => Promise<{ body: string; headers: Record<string, unknown>; statusCode: number }>;
}

/** An organization of its own, read by its owner. Its chain is written by {@link seal} alone. */
async function makeOrg(): Promise<Org> {
  const id = await makeOrganization(app);
  const { headers } = await makeMember(app, id, { role: 'owner' });
  const raw = (path: string) => app.router.inject({ url: `/api/v1${path}`, headers });
  return { id, raw: raw as unknown as Org['raw'], get: async (path) => (await raw(path)).json() };
}
const entriesOf = async ({ get }: Org, query = ''): Promise<AuditEntry[]> =>
  (await get<{ items: AuditEntry[] }>(`/audit?limit=200&${query}`)).items.toReversed();
const verify = ({ get }: Org, query = '') => get<AuditVerification>(`/audit/verify?${query}`);

it('keeps who did what to what, in the record format, chained from zeros', async () => {
  const org = await makeOrg();
  const agentId = await makeAgent(app, org.id, 'trader');
  const user = await makeMember(app, org.id, { name: 'Ops' });
  await note(
    org.id,
    { action: 'test.approved', result: 'approved', policy: 'trading@4', agent_id: agentId, amount: 10_000.5 },
    { kind: 'user', id: user.userId },
  );
  await note(org.id, { n: 2 }, { kind: 'agent', id: agentId });
  // What the application does when it starts may hold the settled end of the facts back for a moment.
  const readBoth = async () => {
    await seal();
    const entries = await entriesOf(org);
    expect(entries).toHaveLength(2);
    return entries;
  };
  const [first, second] = await vi.waitFor(readBoth, { timeout: 10_000 });
  expect(first).toEqual({
    id: expect.any(String),
    seq: 1,
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    action: 'test.approved',
    agent: 'trader',
    user: `${user.userId}@example.com`,
    policy: 'trading@4',
    result: 'approved',
    details: { amount: 10_000.5 },
    actor_kind: 'user',
    actor_id: user.userId,
    agent_id: agentId,
    subject: { kind: 'note', id: expect.any(String) },
    ip: null,
    request_id: null,
    prev_hash: GENESIS,
    hash: expect.any(String),
  });
  expect(second).toMatchObject({
    seq: 2,
    action: 'test.noted',
    agent: 'trader',
    user: null,
    result: null,
    policy: null,
  });
  expect(second?.prev_hash).toBe(first?.hash);
  for (const { prev_hash, hash, ...record } of [first, second] as AuditEntry[])
    expect(hashEntry(prev_hash, canonicalJson(record))).toBe(hash);
});

it('seals each fact once, though sealers run at once and one dies in the middle', async () => {
  const [a, b] = [await makeOrg(), await makeOrg()];
  for (let round = 0; round < 3; round++) {
    await noteMany(a.id, round * 250, 250);
    await noteMany(b.id, round * 250, 250);
    const dying = app.platform.db.transaction().execute(async (tx) => {
      await sealBatch(tx, app.platform.log, types);
      throw new Error('killed before the commit');
    });
    await expect(dying).rejects.toThrow('killed');
    await Promise.all([seal(), seal(), seal()]);
  }
  for (const org of [a, b]) {
    expect(await verify(org)).toMatchObject({ ok: true, checked: 750, first_seq: 1, last_seq: 750 });
    const { rows } = await sql<{ n: number }>`
      select (record -> 'details' ->> 'n')::int as n from audit where org_id = ${org.id} order by seq`.execute(
      app.platform.db,
    );
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 750 }, (_, n) => n));
  }
});

it('misses no fact whose transaction commits late', async () => {
  const org = await makeOrg();
  const late = inTransaction(contextOf(org.id), async (tx) => {
    await publish(tx, noted, { subjectId: newId(), data: { n: 1 } });
    await note(org.id, { n: 2 });
    await seal();
    await sleep(1);
  });
  await late;
  await seal();
  expect((await entriesOf(org)).map(({ details }) => details.n)).toEqual([1, 2]);
});

it('a fact that cannot be read is still an entry, one that does not count or whose organization is gone is passed', async () => {
  const org = await makeOrg();
  const gone = await makeOrganization(app);
  await note(gone, { n: 0 });
  await note(org.id, { explodes: true });
  await note(org.id, { isMinor: true });
  await note(org.id, { n: 1 });
  await app.platform.db.deleteFrom('organizations').where('id', '=', gone).execute();
  await seal();
  expect((await entriesOf(org)).map(({ details }) => details)).toEqual([{ unreadable: true }, { n: 1 }]);
});

it('facts past their time are kept until they are sealed', async () => {
  const org = await makeOrg();
  const { db } = app.platform;
  const day = new Date(Date.now() - 5 * 86_400_000);
  await ensurePartitions(db, 'events', day, day);
  await seal();
  await sql`insert into events (org_id, type, subject_kind, subject_id, actor, data, occurred_at)
    values (${org.id}, 'test.noted', 'note', ${newId()}, '{"kind":"system","id":"x"}', '{"n":"old"}', ${day})`.execute(
    db,
  );
  const countOld = async () =>
    Number(
      (
        await sql<{ n: number }>`select count(*) as n from pg_class
      where relname = 'events_' || to_char(${day}::timestamptz, 'YYYYMMDD')`.execute(db)
      ).rows[0]?.n,
    );
  await eventPartitions(app.platform);
  expect(await countOld()).toBe(1);
  await seal();
  await eventPartitions(app.platform);
  expect(await countOld()).toBe(0);
  expect((await entriesOf(org)).map(({ details }) => details.n)).toEqual(['old']);
});

it('details hold no secret and at most 8 KiB', async () => {
  const org = await makeOrg();
  const secret = `sk-ant-api03-${'a1B2'.repeat(24)}`;
  await note(org.id, { password: 'hunter2', text: `the key is ${secret}`, nested: { api_key: 'abc' } });
  await note(org.id, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, '😀'.repeat(700)])));
  await seal();
  const [first, second] = await entriesOf(org);
  expect(JSON.stringify(first)).not.toMatch(/hunter2|sk-ant|"abc"/);
  expect(Buffer.byteLength(canonicalJson(second?.details))).toBeLessThanOrEqual(8192);
  expect(second?.details).toMatchObject({ truncated: true, k0: expect.stringContaining('😀…') });
  expect(await verify(org)).toMatchObject({ ok: true });
});

it('lists newest first, page by page, filtered', async () => {
  const org = await makeOrg();
  const agentId = await makeAgent(app, org.id, 'mailer');
  const user = await makeMember(app, org.id);
  const begin = new Date();
  for (let n = 0; n < 5; n++) await note(org.id, { n, action: n === 2 ? 'test.special' : 'test.plain' });
  await note(org.id, { n: 5 }, { kind: 'agent', id: agentId });
  await note(org.id, { n: 6 }, { kind: 'user', id: user.userId });
  await seal();
  const pages: AuditEntry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: AuditEntry[]; next_cursor: string | null } = await org.get(
      `/audit?limit=3${cursor && `&cursor=${cursor}`}`,
    );
    pages.push(...page.items);
    cursor = page.next_cursor;
  }
  expect(pages.map(({ seq }) => seq)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  const numbers = async (query: string) => (await entriesOf(org, query)).map(({ details }) => details.n);
  expect(await numbers('action=test.special')).toEqual([2]);
  expect(await numbers('agent=mailer')).toEqual([5]);
  expect(await numbers(`agent=${agentId}`)).toEqual([5]);
  expect(await numbers(`user=${user.userId}`)).toEqual([6]);
  expect(await numbers(`user=${user.userId}@example.com`)).toEqual([6]);
  expect(await numbers(`to=${begin.toISOString()}`)).toEqual([]);
  expect(await numbers(`from=${begin.toISOString()}`)).toHaveLength(7);
  expect((await org.raw('/audit?from=yesterday')).statusCode).toBe(422);
  expect((await org.raw('/audit?cursor=x')).statusCode).toBe(422);
});

it('is for admins of the organization, and no other’s', async () => {
  const [mine, theirs] = [await makeOrg(), await makeOrg()];
  await note(mine.id, { n: 'mine' });
  await note(theirs.id, { n: 'theirs' });
  await seal();
  expect((await entriesOf(theirs)).map(({ details }) => details.n)).not.toContain('mine');
  const member = await makeMember(app, mine.id, { all_boards_write: true });
  for (const path of ['/audit', '/audit/verify', '/audit/export'])
    expect((await app.router.inject({ url: `/api/v1${path}`, headers: member.headers })).json().code).toBe(
      'auth.forbidden',
    );
});

it('refuses every change of a row, and loses its rows with the organization', async () => {
  const org = await makeOrg();
  await note(org.id, { n: 1 });
  await seal();
  const { db } = app.platform;
  await expect(db.updateTable('audit').set({ action: 'x' }).where('org_id', '=', org.id).execute()).rejects.toThrow(
    'append-only',
  );
  await expect(db.deleteFrom('audit').where('org_id', '=', org.id).execute()).rejects.toThrow('append-only');
  await expect(sql`truncate audit`.execute(db)).rejects.toThrow('append-only');
  await db
    .deleteFrom('organization_members')
    .where('org_id', '=', org.id)
    .execute()
    .catch(() => undefined);
  await db.deleteFrom('organizations').where('id', '=', org.id).execute();
  expect(await db.selectFrom('audit').select('seq').where('org_id', '=', org.id).execute()).toEqual([]);
});

/** As somebody with the database in hand could. */
const tamper = (change: (db: TestApp['platform']['db']) => Promise<unknown>) =>
  app.platform.db.transaction().execute(async (db) => {
    await sql`set local session_replication_role = replica`.execute(db);
    await change(db);
  });

it.each<[string, (orgId: string) => ReturnType<typeof sql>, { seq: number; kind: string }]>([
  [
    'an edited entry',
    (org) => sql`update audit set canonical = replace(canonical, '"n":3', '"n":4') where org_id = ${org} and seq = 3`,
    { seq: 3, kind: 'edited' },
  ],
  [
    'an entry that shows something else than was hashed',
    (org) => sql`update audit set record = record || '{"user":"eve@example.com"}' where org_id = ${org} and seq = 4`,
    { seq: 4, kind: 'edited' },
  ],
  ['a missing entry', (org) => sql`delete from audit where org_id = ${org} and seq = 2`, { seq: 2, kind: 'missing' }],
  [
    'entries in another order',
    (org) => sql`update audit set seq = case seq when 2 then 1003 when 3 then 1002 end
      where org_id = ${org} and seq in (2, 3)`,
    { seq: 2, kind: 'reordered' },
  ],
  ['a missing end', (org) => sql`delete from audit where org_id = ${org} and seq > 4`, { seq: 5, kind: 'truncated' }],
])('the verification finds %s', async (_, change, expected) => {
  const org = await makeOrg();
  for (let n = 1; n <= 6; n++) await note(org.id, { n });
  await seal();
  expect(await verify(org)).toMatchObject({ ok: true, checked: 6, problem: null, head: { seq: 6 } });
  await tamper(async (db) => {
    await change(org.id).execute(db);
    await sql`update audit set seq = seq - 1000 where org_id = ${org.id} and seq > 1000`.execute(db);
  });
  expect(await verify(org)).toMatchObject({ ok: false, problem: expected });
});

it('verifies a part of the time', async () => {
  const org = await makeOrg();
  await note(org.id, { n: 1 });
  await sleep(2);
  const middle = new Date();
  await sleep(2);
  for (let n = 2; n <= 4; n++) await note(org.id, { n });
  await seal();
  expect(await verify(org, `from=${middle.toISOString()}`)).toMatchObject({ ok: true, checked: 3, first_seq: 2 });
  expect(await verify(org, `to=${middle.toISOString()}`)).toMatchObject({ ok: true, checked: 1, last_seq: 1 });
  expect(await verify(org, 'from=2100-01-01')).toMatchObject({ ok: true, checked: 0, first_seq: null });
});

it('exports lines that follow each other, with hashes alone of what was not asked for', async () => {
  const org = await makeOrg();
  for (let n = 1; n <= 4; n++) await note(org.id, { n, action: n % 2 ? 'test.odd' : 'test.even' });
  await seal();
  const answer = await org.raw('/audit/export?action=test.even');
  expect(answer.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-disposition': 'attachment; filename="audit.ndjson"',
  });
  const [header, ...lines] = answer.body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const entries = await entriesOf(org, 'to=2100-01-01');
  expect(header).toMatchObject({
    organization: { id: org.id, name: 'Elsewhere' },
    filter: { action: 'test.even' },
    first: { seq: 1, prev_hash: GENESIS },
    last: { seq: 4, hash: entries[3]?.hash },
    head: { seq: 4, hash: entries[3]?.hash },
  });
  const stub = ({ seq, prev_hash, hash }: AuditEntry) => ({ seq, prev_hash, hash });
  expect(lines).toEqual(entries.map((entry) => (entry.action === 'test.even' ? entry : stub(entry))));
});

it('as CSV no cell is a formula', async () => {
  const org = await makeOrg();
  for (const result of ['=1+1', '+1', '-1', '@sum', '\t=1', ' =1', 'say "hi", please', 'plain'])
    await note(org.id, { result });
  await seal();
  const { body, headers } = await org.raw('/audit/export?format=csv');
  expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  const [columns, ...rows] = body.trim().split('\r\n');
  expect(columns).toMatch(/^seq,timestamp,action,agent,user,policy,result,details,/);
  expect(rows).toHaveLength(8);
  for (const cell of [`"'=1+1"`, `"'+1"`, `"'-1"`, `"'@sum"`, `"'\t=1"`, `"' =1"`, '"say ""hi"", please"', '"plain"'])
    expect(body).toContain(`,${cell},`);
});

it('the end of a chain is signed, kept in the export, and shows what was cut off behind it', async () => {
  const org = await makeOrg();
  for (let n = 1; n <= 4; n++) await note(org.id, { n });
  await seal();
  await signHeads(app.platform);
  const { head, signed_head } = await verify(org);
  expect(signed_head).toMatchObject({
    org: org.id,
    seq: 4,
    hash: head?.hash,
    key_id: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  const facts = await app.platform.db
    .selectFrom('events')
    .select('data')
    .where('org_id', '=', org.id)
    .where('type', '=', 'audit.head_signed')
    .execute();
  expect(facts).toEqual([{ data: signed_head }]);
  const key = await org.raw('/audit/key');
  const { signature, ...signed } = signed_head as SignedHead;
  const isGood = verifySignature(
    null,
    Buffer.from(canonicalJson(signed)),
    JSON.parse(key.body).public_key,
    Buffer.from(signature, 'base64'),
  );
  expect(isGood).toBe(true);
  expect(JSON.parse((await org.raw('/audit/export')).body.split('\n')[0] ?? '')).toMatchObject({ signed_head });
  await note(org.id, { n: 5 });
  await seal();
  await signHeads(app.platform); // too few entries, too soon
  expect((await verify(org)).signed_head).toMatchObject({ seq: 4 });

  await tamper(async (db) => {
    await sql`delete from audit where org_id = ${org.id} and seq >= 4`.execute(db);
    await sql`update audit_heads set seq = 3, hash = (select hash from audit where org_id = ${org.id} and seq = 3)
      where org_id = ${org.id}`.execute(db);
  });
  expect(await verify(org)).toMatchObject({ ok: false, problem: { seq: 4, kind: 'truncated' } });
  await verifyLastDay(app.platform);
  const broken = await app.platform.db
    .selectFrom('events')
    .select('data')
    .where('org_id', '=', org.id)
    .where('type', '=', 'audit.broken')
    .execute();
  expect(broken).toMatchObject([{ data: { seq: 4, kind: 'truncated' } }]);
});

it('a signed end that somebody wrote anew is told by its signature', async () => {
  const org = await makeOrg();
  await note(org.id, { n: 1 });
  await seal();
  await signHeads(app.platform);
  await tamper((db) =>
    sql`update audit_heads set signed_head = signed_head || '{"seq": 0}' where org_id = ${org.id}`.execute(db),
  );
  expect(await verify(org)).toMatchObject({ ok: false, problem: { seq: 0, kind: 'signature' } });
});

it('signed ends are appended to the file of the operator', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mc-anchor-'));
  const file = join(dir, 'heads.ndjson');
  const org = await makeOrg();
  await note(org.id, { n: 1 });
  await seal();
  await signHeads({ ...app.platform, config: { ...app.platform.config, auditAnchorFile: file } });
  const job = await app.platform.db
    .selectFrom('work_jobs')
    .select(['id', 'payload'])
    .where('org_id', '=', org.id)
    .where('kind', '=', 'audit.anchor_head')
    .executeTakeFirstOrThrow();
  await anchorHead.run(
    { ...contextOf(org.id), config: { ...app.platform.config, auditAnchorFile: file } },
    {
      ...{
        id: job.id,
        kind: 'audit.anchor_head',
        subject: null,
        board_id: null,
        attempts: 1,
        max_attempts: 8,
        created_at: '',
      },
      payload: job.payload as Record<string, unknown>,
    },
    async () => undefined,
  );
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual((await verify(org)).signed_head);
  rmSync(dir, { recursive: true });
});
