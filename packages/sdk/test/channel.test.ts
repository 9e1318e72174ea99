import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Channel } from '../src/channel/channel.ts';
import { Inbox } from '../src/channel/inbox.ts';
import type { Enrolment } from '../src/enrolment/enrolment.ts';
import { current, entrypoint, flush, Paused, run, shutdown, tool } from '../src/index.ts';
import { createFakeChannel, type FakeChannel } from './fake-channel.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
let channel: FakeChannel;
beforeEach(() => {
  channel = createFakeChannel();
  setup.server.channel = channel;
});

const ofAgent = (body: object = {}) => ({ agent_id: 'agent', bundle: 2, ...body });
const start = () => setup.start({ manifest: { tools: [{ name: 'act', side_effect: 'non_idempotent' }] } });
const listening = () => expect.poll(() => channel.streams.size).toBe(1);
const act = tool(() => 'done', { name: 'act' });
/** Whether the agent may act by now. */
const outcome = () =>
  run(() => act()).then(
    (result) => result,
    (error: { rule?: string; state?: string }) => error.rule ?? error.state,
  );
/** A run that waits for its signal. */
const startWaiting = () => {
  const started = toPromise();
  const ended = run('long', async () => {
    const { signal } = current() as { signal: AbortSignal };
    started.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  ended.catch(() => undefined);
  return { started: started.promise, ended };
};

function toPromise() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('a kill', () => {
  it('blocks the next call at once and fires the signal of what runs; a newer bundle lets go', async () => {
    await start();
    await listening();
    const { started, ended } = startWaiting();
    await started;
    const inner = run('other', async () => {
      channel.tell('kill', ofAgent({ kill_id: 'k', reason: 'too dear', abort: true }));
      await expect(ended).rejects.toThrow('too dear');
      return act();
    });
    await expect(inner).rejects.toMatchObject({ rule: expect.stringContaining('control.') });
    await expect(run(() => 1)).rejects.toThrow(Paused);
    channel.tell('bundle', ofAgent({ content: channel.sign(bundle(1)) }));
    await flush();
    await expect(run(() => 1)).rejects.toThrow(Paused);
    channel.tell('bundle', ofAgent({ bundle: 3, content: channel.sign(bundle(3)) }));
    await expect.poll(outcome).toBe('done');
  });

  it('is heard once however often it is sent, acknowledged each time, and only when it is signed', async () => {
    await start();
    await listening();
    const forged = { id: 'x', seq: 1, type: 'kill', expires_at: '2999-01-01T00:00:00Z', body: ofAgent({ bundle: 9 }) };
    channel.send({ ...forged, mac: channel.sign({ ...forged, id: 'y' }).mac });
    const told = channel.tell('hold', ofAgent({ reason: 'wait' }));
    await expect.poll(outcome).toBe('paused');
    channel.tell('bundle', ofAgent({ bundle: 3, content: channel.sign(bundle(3)) }));
    await expect.poll(outcome).toBe('done');
    channel.send(told);
    const acks = () => setup.server.batches.flatMap(({ header }) => (header.ack as string[] | undefined) ?? []);
    await expect.poll(() => acks().filter((id) => id === told.id).length, { timeout: 10_000 }).toBe(2);
    expect(await outcome()).toBe('done');
    expect(acks()).not.toContain('x');
  });
});

describe('a drain', () => {
  it('refuses new runs, lets running ones go on, and ends them when its time is up', async () => {
    await start();
    await listening();
    const { started, ended } = startWaiting();
    await started;
    channel.tell('drain', ofAgent({ deadline_s: 0.3 }));
    await expect.poll(outcome).toBe('draining');
    await expect(ended).rejects.toThrow('time is up');
    await flush();
    expect(setup.server.events().filter(({ t, status }) => t === 'run.end' && status === 'cancelled')).toHaveLength(1);
  });
});

describe('the channel', () => {
  it('comes back after a cut and says what it has; what ends one run leaves the others', async () => {
    const main = entrypoint('agent', async (_: number, context) => {
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      return context.runId;
    });
    await start();
    await listening();
    const { seq } = channel.tell('flush');
    for (const stream of channel.streams) stream.end();
    await expect.poll(() => channel.lastIds.length, { timeout: 10_000 }).toBe(2);
    expect(channel.lastIds).toEqual([undefined, String(seq)]);
    const [first, second] = [main(1), startWaiting()];
    await second.started;
    await flush();
    const id = setup.server.events().find(({ t, name }) => t === 'run.start' && name === 'agent')?.run;
    channel.tell('abort', ofAgent({ run: id, reason: 'stuck' }));
    expect(await first).toBe(id);
    channel.tell('abort', ofAgent());
    await expect(second.ended).rejects.toThrow('ended by Mission Control');
  });

  it('costs a process that ends nothing: the stream is closed with it', async () => {
    await start();
    await listening();
    await shutdown(100);
    await expect.poll(() => channel.streams.size).toBe(0);
  });
});

describe('where no stream comes through', () => {
  let server: Server;
  let listener: Channel;
  afterEach(async () => {
    listener.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('the process asks instead, and acknowledges as it asks', async () => {
    channel.isMute = true;
    server = createServer(channel.serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const heard: string[] = [];
    const inbox = new Inbox(() => undefined);
    inbox.on('flush', ({ id }) => heard.push(id));
    listener = new Channel({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      enrolment: { token: 't', commandKey: channel.key } as Enrolment, // what the channel reads of it
      inbox,
      onContact: () => undefined,
      onReturn: () => undefined,
      firstByteMs: 50,
    });
    listener.start();
    await expect.poll(() => channel.polls).toBe(1);
    const told = [channel.tell('flush').id];
    await expect.poll(() => channel.acks).toEqual(told);
    told.push(channel.tell('flush').id);
    await expect.poll(() => channel.acks).toEqual(told);
    expect(heard).toEqual(told);
  });
});

/** A bundle of the agent as the server would send it. */
const bundle = (number: number) => ({
  v: 1,
  bundle: number,
  agent_id: 'agent',
  agent_slug: 'agent',
  version_id: null,
  control: { state: 'active', reason: null, retry_at: null, holds: [], kill: null },
  capability: {
    mode: 'enforce',
    tools: [{ name: 'act', side_effect: 'non_idempotent' }],
    stores: [],
    subagents: [],
    models: null,
    max_concurrency: null,
  },
  hash_key: Buffer.alloc(32, 1).toString('base64'),
});
