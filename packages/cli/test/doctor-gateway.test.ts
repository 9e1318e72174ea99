import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../src/main.ts';

let server: Server;
let asked: { url: string | undefined; key: string | undefined; body: unknown }[];
let answer: { status: number; body: string };

beforeEach(async () => {
  asked = [];
  server = createServer(async (request, response) => {
    asked.push({ url: request.url, key: request.headers.authorization, body: JSON.parse(await readBody(request)) });
    response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('MC_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  vi.stubEnv('MC_KEY', 'mcp_key');
  vi.stubEnv('MC_GATEWAY_TOKEN', 'gateway-token');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
});

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

async function mc(...args: string[]): Promise<{ code: number; said: string[] }> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  return { code: await main(['doctor', 'gateway', ...args], { write: say, warn: say }), said };
}

const hop = (fields: object) => ({ status: 'ok', code: null, took_ms: 3, facts: {}, fix: null, ...fields });
const stream = (result: object, ...hops: object[]) => ({
  status: 200,
  body: [
    'retry: 1000\n\n',
    ...hops.map((one) => `event: hop\ndata: ${JSON.stringify(one)}\n\n`),
    `event: result\ndata: ${JSON.stringify(result)}\n\n`,
  ].join(''),
});

it('prints the hops as they are passed, and what to do about the one that fails', async () => {
  const fix = { title: 'Nothing listens there.', steps: ['Is it running?'], command: 'openclaw gateway status' };
  answer = stream(
    { ok: false, failed_hop: 'tcp', code: 'gateway.refused' },
    hop({ hop: 'url' }),
    hop({ hop: 'tcp', status: 'fail', code: 'gateway.refused', facts: { port: 1 }, fix }),
    hop({ hop: 'tls', status: 'skipped' }),
  );
  expect(await mc('ws://127.0.0.1:1', '--reach-back')).toEqual({
    code: 1,
    said: [
      '✓ url          3 ms',
      '✗ tcp          3 ms  gateway.refused  port=1',
      '    Nothing listens there.',
      '    - Is it running?',
      '    $ openclaw gateway status',
      '· tls          not tried',
      'bad: tcp: gateway.refused',
    ],
  });
  expect(asked).toEqual([
    {
      url: '/api/v1/gateways/check',
      key: 'Bearer mcp_key',
      body: { url: 'ws://127.0.0.1:1', token: 'gateway-token', reach_back: true, round_trip: false },
    },
  ]);
});

it('exits 0 for a gateway in order, named by its id, and prints the result alone for programs', async () => {
  const result = { ok: true, failed_hop: null, code: null, server_version: '2026.9.6', protocol: 4 };
  answer = stream(result, hop({ hop: 'url' }));
  expect(await mc('0198-id')).toEqual({ code: 0, said: ['✓ url          3 ms', 'ok: openclaw 2026.9.6, protocol 4'] });
  expect(asked[0]?.body).toMatchObject({ gateway_id: '0198-id' });
  expect((await mc('0198-id', '--json')).said).toEqual([JSON.stringify(result)]);
});

it('exits 2 when it cannot check: no key, a refusal of the server, wrong arguments', async () => {
  answer = { status: 404, body: JSON.stringify({ code: 'gateway.not_found', detail: 'No gateway.' }) };
  expect(await mc('x')).toEqual({ code: 2, said: ['mc: the server answered 404 gateway.not_found: No gateway.'] });
  expect((await mc()).code).toBe(2);
  vi.stubEnv('MC_KEY', '');
  expect((await mc('x')).said).toEqual([expect.stringContaining('set MC_KEY')]);
});
