import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember } from '../../../test/make.ts';
import { parseSiteMap, searchSouls } from './souls.rules.ts';

describe('207: a soul', () => {
  const xml = `<?xml version="1.0"?><urlset>
    <url><loc>https://souls.directory/souls/Ada/code-reviewer</loc></url>
    <url><ns:loc> https://souls.directory/souls/bob/Writer_2 </ns:loc></url>
    <url><loc>https://souls.directory/souls/Ada/code-reviewer</loc></url>
    <url><loc>https://souls.directory/about</loc></url>
    <url><loc>https://souls.directory/souls/bob</loc></url>
    <url><loc>https://souls.directory/souls/bob/x/y</loc></url>
    <url><loc>https://souls.directory/souls/bob/..%2f</loc></url>
    <url><loc>https://evil.example/souls/bob/x</loc></url></urlset>`;

  it('is named by the site map of the directory', () => {
    expect(parseSiteMap(xml)).toEqual([
      {
        handle: 'Ada',
        slug: 'code-reviewer',
        page_url: 'https://souls.directory/souls/Ada/code-reviewer',
        raw_md_url: 'https://souls.directory/api/souls/Ada/code-reviewer.md',
      },
      expect.objectContaining({ handle: 'bob', slug: 'Writer_2' }),
    ]);
  });

  it('is found by handle or slug in any case; an empty text gives the first ones', () => {
    const souls = parseSiteMap(xml);
    const find = (q: string, limit = 20) => searchSouls(souls, q, limit).map(({ slug }) => slug);
    expect(find('ADA')).toEqual(['code-reviewer']);
    expect(find(' writer ')).toEqual(['Writer_2']);
    expect(find('ada/code')).toEqual(['code-reviewer']);
    expect(find('nobody')).toEqual([]);
    expect(find('', 1)).toEqual(['code-reviewer']);
  });
});

describe('207: the directory', () => {
  let app: TestApp;
  let mirrorDir: string;
  beforeAll(async () => {
    mirrorDir = mkdtempSync(join(tmpdir(), 'mc-mirror-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(mirrorDir, path)), { recursive: true });
      writeFileSync(join(mirrorDir, path), text);
    };
    write('souls/Ada/Code-Reviewer.md', '# Reviewer');
    write('souls/bob/writer.md', '# Writer');
    write('souls/bob/notes.txt', 'no soul');
    write('souls/bad name/x.md', 'no soul');
    write('secret.md', 'secret');
    app = await createTestApp({ env: { MC_MIRROR_DIR: mirrorDir } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(mirrorDir, { recursive: true });
  });
  const get = (path: string, headers: Record<string, string> = app.owner.headers) =>
    app.router.inject({ url: `/api/v1/souls-directory${path}`, headers });

  it('is searched and read in the mirror first', async () => {
    const found = (await get('/search?q=reviewer')).json();
    expect(found.items.map(({ handle, slug }: Record<string, string>) => `${handle}/${slug}`)).toEqual([
      'Ada/Code-Reviewer',
    ]);
    expect((await get('/search?limit=1')).json().items).toHaveLength(1);
    expect((await get('/search')).json().items).toHaveLength(2);
    const soul = { handle: 'Ada', slug: 'Code-Reviewer', content: '# Reviewer' };
    expect((await get('/Ada/Code-Reviewer')).json()).toEqual(soul);
    expect((await get('/Ada/Code-Reviewer.md')).json()).toEqual(soul);
  });

  it('takes plain names only', async () => {
    for (const path of [
      '/-a/b',
      '/a/_b',
      '/a%20b/c',
      '/a/b.c',
      '/..%2f..%2fsecret/x',
      '/bob/..%2f..%2fsecret.md',
      '/bob/..%2f..%2fsecret',
    ])
      expect([path, (await get(path)).statusCode]).toEqual([path, 422]);
    for (const query of ['?limit=0', '?limit=101', '?limit=x'])
      expect((await get(`/search${query}`)).statusCode).toBe(422);
  });

  it('is open to members and agents, not to strangers', async () => {
    const { gatewayId } = await makeGateway(app, app.owner.orgId);
    const boardId = await makeBoard(app, app.owner.orgId, { gatewayId });
    const worker = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId });
    const member = await makeMember(app, app.owner.orgId);
    for (const headers of [worker.headers, member.headers])
      expect((await get('/search', headers)).statusCode).toBe(200);
    expect((await get('/search', {})).statusCode).toBe(401);
  });

  it('that is away is 502', async () => {
    expect((await get('/bob/absent')).json().code).toBe('souls_directory.unavailable');
    rmSync(join(mirrorDir, 'souls'), { recursive: true });
    for (const path of ['/search', '/bob/writer', '/bob/writer.md']) {
      const answer = await get(path);
      expect([answer.statusCode, answer.json().code]).toEqual([502, 'souls_directory.unavailable']);
    }
  });
});
