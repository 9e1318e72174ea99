import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download, request, send } from './request.ts';
import type { Reach } from './resolve.ts';

/** Calls that reached the server of the test. */
const calls: { url: string; host: string | undefined; authorization: string | undefined; body: string }[] = [];
let server: Server;
let port: number;
let folder: string;

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mc-outgoing-'));
  server = createServer(async (incoming, answer) => {
    const { url = '', headers } = incoming;
    calls.push({ url, host: headers.host, authorization: headers.authorization, body: await readBody(incoming) });
    if (url === '/silent') return;
    if (url === '/large') return void answer.end(Buffer.alloc(3000, 'x'));
    if (url === '/broken') return void answer.destroy();
    if (url.startsWith('/to?'))
      return void answer.writeHead(302, { location: decodeURIComponent(url.slice(4)) }).end('moved');
    answer.writeHead(201, { 'x-seen': 'yes' }).end(`hello ${url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** Names resolve to what the test says, one answer per call. */
const open = (answers: Record<string, string[][]> = {}): Reach => ({
  config: { allowPrivateTargets: true },
  resolve: async (name) => answers[name]?.shift() ?? [],
});
const closed: Reach = { config: { allowPrivateTargets: false } };
const limits = { timeoutMs: 5000, maxBytes: 2000 };
const here = (path: string) => ({ url: `http://127.0.0.1:${port}${path}`, ...limits });
const code = (wanted: string, isRetryable: boolean) => expect.objectContaining({ code: wanted, isRetryable });

describe('a request', () => {
  it('answers status, headers and body', async () => {
    const answer = await request(open(), {
      ...here('/a'),
      method: 'POST',
      body: 'grüße',
      headers: { authorization: 'Bearer x' },
    });
    expect(answer).toMatchObject({ status: 201, headers: { 'x-seen': 'yes' } });
    expect(answer.body.toString()).toBe('hello /a');
    expect(calls.at(-1)).toMatchObject({ url: '/a', authorization: 'Bearer x', body: 'grüße' });
  });

  it('does not reach private addresses unless they are allowed, nor metadata addresses even then', async () => {
    const before = calls.length;
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '[::ffff:127.0.0.1]'])
      await expect(request(closed, { ...limits, url: `http://${host}:${port}/` })).rejects.toThrow(
        code('target.forbidden', false),
      );
    for (const host of ['169.254.169.254', '[fe80::1]', '0xa9fea9fe'])
      await expect(request(open(), { ...limits, url: `http://${host}/` })).rejects.toThrow(
        code('target.forbidden', false),
      );
    expect(calls).toHaveLength(before);
  });

  it('refuses a name when any one of its addresses is refused', async () => {
    const reach: Reach = { config: { allowPrivateTargets: false }, resolve: async () => ['8.8.8.8', '10.0.0.1'] };
    await expect(request(reach, { ...limits, url: 'http://mixed.example/' })).rejects.toThrow(
      code('target.forbidden', false),
    );
  });

  it('goes to the address that was checked, though the name means another one a moment later', async () => {
    const answers = { 'rebind.example': [['127.0.0.1'], ['169.254.169.254']] };
    const reach = open(answers);
    const answer = await request(reach, { ...limits, url: `http://rebind.example:${port}/pinned` });
    expect(answer.status).toBe(201);
    expect(calls.at(-1)).toMatchObject({ url: '/pinned', host: `rebind.example:${port}` });
    expect(answers['rebind.example']).toEqual([['169.254.169.254']]);
    await expect(request(reach, { ...limits, url: `http://rebind.example:${port}/` })).rejects.toThrow(
      code('target.forbidden', false),
    );
  });

  it('answers a redirect instead of following it', async () => {
    const answer = await request(open(), here(`/to?${encodeURIComponent('/b')}`));
    expect(answer).toMatchObject({ status: 302, headers: { location: '/b' } });
  });

  it('follows as many redirects as allowed, each checked, and gives another origin no headers', async () => {
    const headers = { authorization: 'Bearer secret' };
    const twice = `/to?${encodeURIComponent(`/to?${encodeURIComponent('/end')}`)}`;
    expect((await request(open(), { ...here(twice), redirects: 1, headers })).status).toBe(302);
    expect((await request(open(), { ...here(twice), redirects: 2, headers })).body.toString()).toBe('hello /end');
    expect(calls.at(-1)?.authorization).toBe('Bearer secret');
    const away = `/to?${encodeURIComponent(`http://localhost:${port}/away`)}`;
    await request(open({ localhost: [['127.0.0.1']] }), { ...here(away), redirects: 1, headers });
    expect(calls.at(-1)).toMatchObject({ url: '/away', authorization: undefined });
    for (const trap of ['http://169.254.169.254/latest', 'file:///etc/passwd', 'http://user:pw@127.0.0.1/'])
      await expect(request(open(), { ...here(`/to?${encodeURIComponent(trap)}`), redirects: 3 })).rejects.toThrow(
        code('target.forbidden', false),
      );
  });

  it('ends at the limits of size and time', async () => {
    await expect(request(open(), here('/large'))).rejects.toThrow(code('target.too_large', true));
    await expect(request(open(), { ...here('/silent'), timeoutMs: 50 })).rejects.toThrow(code('target.timeout', true));
    const stuck: Reach = { config: { allowPrivateTargets: true }, resolve: () => new Promise(() => undefined) };
    await expect(request(stuck, { ...limits, url: 'http://slow.example/', timeoutMs: 50 })).rejects.toThrow(
      code('target.timeout', true),
    );
  });

  it('says that a target is away', async () => {
    await expect(request(open(), here('/broken'))).rejects.toThrow(code('target.unreachable', true));
    await expect(request(open(), { ...limits, url: 'http://127.0.0.1:1/' })).rejects.toThrow(
      code('target.unreachable', true),
    );
    await expect(request(open(), { ...limits, url: 'http://nowhere.example/' })).rejects.toThrow(
      code('target.unreachable', true),
    );
    await expect(request(open(), { ...limits, url: `https://127.0.0.1:${port}/` })).rejects.toThrow(
      code('target.unreachable', true),
    );
  });
});

it('a sender needs no more of an answer than its head', async () => {
  expect(await send(open(), { ...here('/large'), maxBytes: 10 })).toMatchObject({ status: 200 });
  expect(await send(open(), here('/b'))).toMatchObject({ status: 201, headers: { 'x-seen': 'yes' } });
});

describe('a download', () => {
  it('is written to a file, within its limits', async () => {
    const file = join(folder, 'page');
    expect(await download(open(), { ...here('/file'), file })).toMatchObject({ status: 201 });
    expect(readFileSync(file, 'utf8')).toBe('hello /file');
    await expect(download(open(), { ...here('/large'), file })).rejects.toThrow(code('target.too_large', true));
  });
});
