import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ScriptedGateway, type ScriptedGatewayOptions, startScriptedGateway } from './scripted-gateway.ts';
import { readTranscript } from './transcripts.ts';

interface Frame {
  type: string;
  id?: string;
  method?: string;
  params?: unknown;
  event?: string;
  ok?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: frames of any kind, looked into by tests
  payload?: any;
  error?: { code: string; message: string; details?: Record<string, unknown> };
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function start(options?: ScriptedGatewayOptions): Promise<ScriptedGateway> {
  const gateway = await startScriptedGateway(options);
  open.unshift(gateway);
  return gateway;
}

/** A client that sends what it is told and keeps what comes. */
async function dial(gateway: ScriptedGateway, connect: Record<string, unknown> = {}) {
  const ws = new WebSocket(gateway.url);
  const events: Frame[] = [];
  const waiting = new Map<string, (frame: Frame) => void>();
  ws.on('message', (data) => {
    const frame: Frame = JSON.parse(String(data));
    if (frame.type === 'event') events.push(frame);
    else waiting.get(frame.id ?? '')?.(frame);
  });
  const closed = once(ws, 'close');
  await once(ws, 'open');
  let calls = 0;
  const request = (method: string, params: unknown = {}): Promise<Frame> =>
    new Promise((resolve) => {
      calls += 1;
      waiting.set(String(calls), resolve);
      ws.send(JSON.stringify({ type: 'req', id: String(calls), method, params }));
    });
  const hello = await request('connect', {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: 'gateway-client', mode: 'backend', version: '0.1.0', platform: 'linux' },
    role: 'operator',
    scopes: ['operator.read', 'operator.write', 'operator.admin', 'operator.approvals', 'operator.pairing'],
    caps: ['tool-events', 'approvals'],
    auth: { token: gateway.token },
    ...connect,
  });
  open.unshift({ close: () => ws.terminate() });
  const event = (isIt: (frame: Frame) => boolean) =>
    expect.poll(() => events.find(isIt), { timeout: 15_000 }).toBeTruthy();
  return { ws, hello, request, events, event, closed };
}

type Client = Awaited<ReturnType<typeof dial>>;

/** The keys that an object has, and those of what is in it. */
const toShape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length > 0 ? [toShape(value[0])] : [];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toShape(inner)]));
};

describe('the scripted gateway', () => {
  it('answers the recorded provisioning calls as the real one did', async () => {
    const client = await dial(await start({ settleMs: 0 }));
    const recorded = readTranscript('provisioning-calls').map(({ frame }) => frame as Frame);
    const answers = new Map(recorded.filter(({ type }) => type === 'res').map((frame) => [frame.id, frame]));
    const ids = new Map<unknown, unknown>();
    for (const { type, id, method = '', params } of recorded) {
      if (type !== 'req' || method.startsWith('device.')) continue;
      const theirs = answers.get(id);
      const ours = await repeat(
        client,
        method,
        JSON.parse(JSON.stringify(params), (_, value) => ids.get(value) ?? value),
      );
      ids.set(theirs?.payload?.id, ours.payload?.id);
      expect({ method, error: ours.error }).toEqual({ method, error: theirs?.error });
      // A fake may leave out what nobody reads, but add or change nothing.
      expect(toShape(ours.payload), method).toEqual(restrict(toShape(theirs?.payload), toShape(ours.payload)));
    }
  });

  it('lets a run end after a tool, in the order of the recorded turn', async () => {
    const gateway = await start({
      script: () => [
        { tool: 'exec', args: { command: 'echo watched; exit 3' }, output: 'watched', exitCode: 3 },
        { say: 'done' },
      ],
    });
    const client = await dial(gateway);
    await client.request('sessions.subscribe');
    await client.request('chat.send', { sessionKey: 'agent:main:main', message: 'go', idempotencyKey: 'run-1' });
    await client.event(({ event, payload }) => event === 'chat' && payload.state === 'final');
    const order = (frames: Frame[]) =>
      frames
        .filter(({ event }) => event === 'agent')
        .map(({ payload }) => `${payload.stream} ${payload.data.phase ?? ''}`);
    const recorded = readTranscript('turn-with-tool').map(({ frame }) => frame as Frame);
    // Parts of a command's output, which the script does not have, are left out of the comparison.
    const known = order(recorded).filter((line) => !/update|delta/.test(line));
    expect(order(client.events).filter((line) => line !== 'usage ')).toEqual(known.filter((line) => line !== 'usage '));
  });

  it('keeps tool frames of others from those who did not subscribe', async () => {
    const gateway = await start({ script: () => [{ tool: 'exec', args: { command: 'ls' } }, { say: 'done' }] });
    const [starter, subscriber, bystander] = [await dial(gateway), await dial(gateway), await dial(gateway)];
    await subscriber.request('sessions.subscribe');
    await starter.request('chat.send', { sessionKey: 'agent:main:main', message: 'go', idempotencyKey: 'run-1' });
    for (const client of [starter, subscriber, bystander]) {
      await client.event(({ event, payload }) => event === 'chat' && payload.state === 'final');
    }
    const tools = ({ events }: { events: Frame[] }) =>
      events
        .filter(({ event, payload }) => event === 'session.tool' || payload.stream === 'tool')
        .map(({ event }) => event);
    expect([tools(starter), tools(subscriber), tools(bystander)]).toEqual([
      ['agent', 'agent'],
      ['session.tool', 'session.tool'],
      [],
    ]);
  });

  it('restarts when writes of the configuration overlap', async () => {
    const gateway = await start({ settleMs: 60_000 });
    const client = await dial(gateway);
    const bootId = gateway.world.bootId;
    await client.request('agents.create', { name: 'one' });
    await client.request('agents.create', { name: 'two' });
    expect(await client.closed).toEqual([1012, Buffer.from('service restart')]);
    expect(gateway.world.bootId).not.toBe(bootId);
  });

  it('knows an agent only when its entry is applied', async () => {
    const gateway = await start({ settleMs: 60_000 });
    const client = await dial(gateway);
    await client.request('agents.create', { name: 'new' });
    const send = { sessionKey: 'agent:new:main', message: 'x', idempotencyKey: 'run-1' };
    expect((await client.request('chat.send', send)).error?.message).toBe(
      'Agent "new" no longer exists in configuration',
    );
  });

  it.each([
    ['connect-wrong-token', { auth: { token: 'wrong' } }],
    ['connect-no-token', { auth: undefined }],
    ['connect-old-protocol', { maxProtocol: 3 }],
  ])('refuses as recorded: %s', async (name, connect) => {
    const client = await dial(await start(), connect);
    const recorded = readTranscript(name).map(({ frame }) => frame);
    expect(client.hello.error).toEqual(recorded.find(({ type }) => type === 'res')?.error);
    const [code, reason] = await client.closed;
    expect({ code, reason: String(reason) }).toEqual(recorded.at(-1));
  });

  it('carries out a message once, however often it is sent', async () => {
    const gateway = await start();
    const client = await dial(gateway);
    const send = { sessionKey: 'agent:main:main', message: 'once', idempotencyKey: 'run-1' };
    gateway.loseAnswer('chat.send');
    void client.request('chat.send', send);
    await client.event(({ event, payload }) => event === 'chat' && payload.state === 'final');
    expect((await client.request('chat.send', send)).payload).toEqual({ runId: 'run-1', status: 'ok' });
    const history = await client.request('chat.history', { sessionKey: 'agent:main:main' });
    expect(history.payload.messages.filter(({ role }: { role: string }) => role === 'user')).toHaveLength(1);
  });

  it('refuses an approval at once when nobody could decide it', async () => {
    const ask = { tool: 'exec', args: { command: 'ls' }, asks: true };
    const gateway = await start({ script: () => [ask, { say: '{{last}}' }] });
    const client = await dial(gateway, { caps: [] });
    await client.request('chat.send', { sessionKey: 'agent:main:main', message: 'go', idempotencyKey: 'run-1' });
    await client.event(
      ({ event, payload }) => event === 'chat' && payload.message?.content[0].text.includes('no-route'),
    );
  });
});

/** Makes a recorded call again, when it may be made: files have our hashes, a job has run, the configuration is applied. */
async function repeat(client: Client, method: string, params: Record<string, string>): Promise<Frame> {
  if (method === 'sessions.files.set') {
    const { sessionKey, path } = params;
    params.expectedHash = (await client.request('sessions.files.get', { sessionKey, path })).payload.file.hash;
  }
  if (method === 'cron.runs') {
    await expect.poll(async () => (await client.request(method, params)).payload.total).toBe(1);
  }
  const answer = await client.request(method, params);
  const isApplied = async () => {
    const { payload } = await client.request('config.get');
    return payload.appliedConfigHash === payload.configRevisionHash;
  };
  await expect.poll(isApplied).toBe(true);
  return answer;
}

/** Of a recorded shape, the part that ours has, too. */
function restrict(recorded: unknown, ours: unknown): unknown {
  if (Array.isArray(recorded) && Array.isArray(ours))
    return ours.map((item) => (recorded.length > 0 ? restrict(recorded[0], item) : item));
  if (!isObject(recorded) || !isObject(ours)) return recorded;
  const known = Object.keys(ours).filter((key) => key in recorded);
  return Object.fromEntries(known.map((key) => [key, restrict(recorded[key], ours[key])]));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
