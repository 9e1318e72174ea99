import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeGateway, makeMember, makeOrganization } from '../../../../test/make.ts';

let app: TestApp;
let mirrorDir: string;

beforeAll(async () => {
  mirrorDir = mkdtempSync(join(tmpdir(), 'mc-mirror-'));
  app = await createTestApp({
    env: {
      MC_MIRROR_DIR: mirrorDir,
      DEFAULT_SKILL_PACKS: 'https://github.com/acme/one.git, https://github.com/acme/two/,nonsense',
    },
  });
});
afterAll(async () => {
  await app.close();
  rmSync(mirrorDir, { recursive: true });
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const api = (method: Method, path: string, payload?: object, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1/skills${path}`, headers, ...(payload ? { payload } : {}) });
const make = async (repo: string, body: object = {}) =>
  (await api('POST', '/packs', { source_url: `https://github.com/acme/${repo}`, ...body })).json();
const mirror = (repo: string, path: string, text: string) => {
  const file = join(mirrorDir, 'skills/acme', repo, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const factsOf = async (id: string) =>
  (await app.platform.db.selectFrom('events').select('type').where('subject_id', '=', id).orderBy('id').execute()).map(
    ({ type }) => type,
  );

it('an organization begins with the packs of the configuration, named after their repositories', async () => {
  const packs = (await api('GET', '/packs')).json();
  expect(packs.map(({ name, source_url, branch }: Record<string, string>) => [name, source_url, branch])).toEqual([
    ['two', 'https://github.com/acme/two', 'main'],
    ['one', 'https://github.com/acme/one', 'main'],
  ]);
  expect(packs[0]).toMatchObject({ skill_count: 0, last_synced_at: null, last_error: null, metadata: {} });
});

describe('a pack', () => {
  it('201: is known by its address, however it is written', async () => {
    const spellings = ['', '.git', '/', '.git/', '//', ' '].map((end) => `https://github.com/acme/spelled${end}`);
    const ids = new Set<string>();
    for (const source_url of [...spellings, ' HTTPS://GitHub.com/acme/spelled'])
      ids.add((await api('POST', '/packs', { source_url })).json().id);
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    expect((await api('GET', `/packs/${id}`)).json().source_url).toBe('https://github.com/acme/spelled');
    expect(await factsOf(id)).toEqual(['skill_pack.created']);
  });

  it.each([
    ...['http://github.com/a/b', 'file:///etc/passwd', 'ssh://git@github.com/a/b', 'git@github.com:a/b.git'],
    ...['https://localhost/a/b', 'https://127.0.0.1/a/b', 'https://[::1]/a/b', 'https://gitlab.com/a/b'],
    ...[
      'https://github.com.evil.example/a/b',
      'https://evil.example/github.com/a/b',
      'https://github.com@evil.example/a/b',
    ],
    ...['https://user:pw@github.com/a/b', 'https://github.com:8443/a/b', 'https://www.github.com/a/b'],
    ...[
      'https://github.com/a',
      'https://github.com',
      'https://github.com/a/b?x=1',
      'https://github.com/a/b#x',
      'github.com/a/b',
    ],
    ...['https://github.com/a/%2e%2e%2fb', 'https://github.com/a/b c'],
  ])('201: is not of the address %s', async (source_url) => {
    const answer = await api('POST', '/packs', { source_url });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'skill_pack.url_invalid']);
  });

  it('202: cannot take the address of another one', async () => {
    const { id } = await make('first');
    await make('second');
    const taken = await api('PATCH', `/packs/${id}`, { source_url: 'https://github.com/acme/second.git/' });
    expect([taken.statusCode, taken.json().code]).toEqual([409, 'skill_pack.url_taken']);
    expect((await api('PATCH', `/packs/${id}`, { source_url: 'http://x' })).statusCode).toBe(400);
    const moved = (await api('PATCH', `/packs/${id}`, { source_url: 'https://github.com/acme/third.git/' })).json();
    expect(moved).toMatchObject({ source_url: 'https://github.com/acme/third', name: 'third', description: null });
  });

  it('is made, changed, read and forgotten, each with a fact', async () => {
    const made = await make('lived', { description: 'Ours', branch: ' dev ', metadata: { team: 'x' } });
    expect(made).toMatchObject({
      name: 'lived',
      description: 'Ours',
      branch: 'dev',
      metadata: { team: 'x' },
      version: 1,
    });
    const again = await make('lived', { name: 'Named', branch: 'dev', metadata: { team: 'x' } });
    expect(again).toMatchObject({ id: made.id, name: 'Named', description: 'Ours', version: 2 });
    expect((await make('lived', { branch: 'dev', metadata: { team: 'x' } })).version).toBe(2);
    const body = { source_url: made.source_url, version: 1 };
    expect((await api('PATCH', `/packs/${made.id}`, body)).json().code).toBe('resource.version_conflict');
    const read = await api('GET', `/packs/${made.id}`);
    expect([read.json(), read.headers.etag]).toEqual([again, '"2"']);
    expect((await api('DELETE', `/packs/${made.id}`)).json()).toEqual({ ok: true });
    expect((await api('GET', `/packs/${made.id}`)).json().code).toBe('skill_pack.not_found');
    expect(await factsOf(made.id)).toEqual(['skill_pack.created', 'skill_pack.updated', 'skill_pack.deleted']);
  });

  it('takes only what it can hold', async () => {
    for (const body of [{ branch: '../x' }, { branch: 'a b' }, { metadata: [] }, { name: ' ' }, { source_url: null }])
      expect((await api('POST', '/packs', { source_url: 'https://github.com/a/b', ...body })).json().code).toBe(
        'request.invalid',
      );
  });

  it('is for admins of its own organization', async () => {
    const { id } = await make('guarded');
    const member = await makeMember(app, app.owner.orgId, { all_boards_write: true });
    const foreigner = await makeMember(app, await makeOrganization(app), { role: 'owner' });
    expect((await api('GET', '/packs', undefined, member.headers)).json().code).toBe('auth.forbidden');
    expect((await api('GET', '/packs', undefined, foreigner.headers)).json()).toEqual([]);
    const body = { source_url: 'https://github.com/a/b' };
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/sync'],
    ] as const) {
      const answer = await api(method, `/packs/${id}${path}`, method === 'PATCH' ? body : undefined, foreigner.headers);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'skill_pack.not_found']);
    }
  });
});

describe('a sync', () => {
  it('writes down what the pack holds, counts what changed and marks what is gone', async () => {
    mirror('live', 'a/SKILL.md', '# A\n\nFirst.');
    mirror('live', 'b/SKILL.md', '# B');
    const { id } = await make('live');
    const { gatewayId } = await makeGateway(app, app.owner.orgId);
    const first = await api('POST', `/packs/${id}/sync`);
    expect(first.statusCode).toBe(200);
    expect(first.json()).toEqual({
      ok: true,
      pack_id: id,
      synced: 2,
      created: 2,
      updated: 0,
      removed: 0,
      warnings: [],
      state: 'succeeded',
      job_id: expect.any(String),
    });
    expect((await api('POST', `/packs/${id}/sync`)).json()).toMatchObject({
      synced: 2,
      created: 0,
      updated: 0,
      removed: 0,
    });
    mirror('live', 'a/SKILL.md', '# A\n\nChanged.');
    mirror('live', 'c/SKILL.md', '# C');
    rmSync(join(mirrorDir, 'skills/acme/live/b'), { recursive: true });
    expect((await api('POST', `/packs/${id}/sync`)).json()).toMatchObject({
      synced: 2,
      created: 1,
      updated: 1,
      removed: 1,
    });
    const cards = (await api('GET', `/marketplace?gateway_id=${gatewayId}&pack_id=${id}`)).json();
    expect(
      Object.fromEntries(cards.map((card: Record<string, unknown>) => [card.name, [card.stale, card.description]])),
    ).toEqual({
      A: [false, 'Changed.'],
      B: [true, null],
      C: [false, null],
    });
    const pack = (await api('GET', `/packs/${id}`)).json();
    expect(pack).toMatchObject({
      skill_count: 3,
      last_synced_at: expect.stringMatching(/Z$/),
      last_error: null,
      version: 1,
    });
    const lines = await app.platform.db
      .selectFrom('activity_events')
      .select('data')
      .where('event_type', '=', 'skill_pack.synced')
      .orderBy('created_at')
      .execute();
    expect(lines.map(({ data }) => data)).toMatchObject([
      { created: 2 },
      { created: 0 },
      { created: 1, updated: 1, removed: 1 },
    ]);
    mirror('live', 'b/SKILL.md', '# B');
    expect((await api('POST', `/packs/${id}/sync`)).json()).toMatchObject({
      synced: 3,
      created: 0,
      updated: 1,
      removed: 0,
    });
  });

  it('without mirror and network fails with a code, and the pack says why until one succeeds', async () => {
    const { id } = await make('offline');
    const answer = await api('POST', `/packs/${id}/sync`);
    expect([answer.statusCode, answer.json().code]).toEqual([502, 'skill_pack.fetch_failed']);
    const pack = (await api('GET', `/packs/${id}`)).json();
    expect(pack).toMatchObject({
      last_synced_at: null,
      last_error: { code: 'skill_pack.fetch_failed', message: expect.any(String), at: expect.stringMatching(/Z$/) },
    });
    mirror('offline', 'SKILL.md', '# Here now');
    expect((await api('POST', `/packs/${id}/sync`)).statusCode).toBe(200);
    expect((await api('GET', `/packs/${id}`)).json().last_error).toBeNull();
  });

  it('of a pack that is gone is 404, and its skills outlive it', async () => {
    mirror('gone', 'x/SKILL.md', '# Orphan');
    const { id } = await make('gone');
    await api('POST', `/packs/${id}/sync`);
    await api('DELETE', `/packs/${id}`);
    expect((await api('POST', `/packs/${id}/sync`)).json().code).toBe('skill_pack.not_found');
    expect((await api('POST', `/packs/${newId()}/sync`)).json().code).toBe('skill_pack.not_found');
    const { gatewayId } = await makeGateway(app, app.owner.orgId);
    const cards = (await api('GET', `/marketplace?gateway_id=${gatewayId}&search=Orphan`)).json();
    expect(cards).toMatchObject([{ name: 'Orphan', pack_id: null }]);
  });
});
