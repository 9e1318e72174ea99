import { createHmac } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Context, inTransaction, systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeOrganization, makeProcess } from '../../../test/make.ts';
import { openStream } from '../../../test/sse.ts';
import { refreshBundles } from '../bundles/refresh/refresh.service.ts';
import type { Command } from './commands.schema.ts';
import { commandAgents, commandProducer } from './commands.service.ts';

let app: TestApp;
let ctx: Context;
beforeAll(async () => {
  app = await createTestApp();
  ctx = systemContext(app.platform, app.owner.orgId);
  await app.router.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const tell = (agentId: string, type: 'flush' | 'keep', body: object = {}, ttlS = 60) =>
  inTransaction(ctx, (tx) => commandAgents(tx, [agentId], { type, body, ttlS }));

async function poll({ headers }: EnrolledProcess, payload: object = {}): Promise<Command[]> {
  const answer = await app.router.inject({ method: 'POST', url: '/api/v1/commands/poll', headers, payload });
  expect(answer.statusCode).toBe(200);
  return answer.json().commands;
}

const openCommands = (process: EnrolledProcess, headers: Record<string, string> = {}) =>
  openStream(app, '/commands/stream', { ...process.headers, ...headers });

function isSigned(
  { commandKey }: EnrolledProcess,
  { mac, ...signed }: { mac: string } & Record<string, unknown>,
): boolean {
  return createHmac('sha256', Buffer.from(commandKey, 'base64')).update(canonicalJson(signed)).digest('base64') === mac;
}

const typesOf = (commands: Command[]) => commands.map(({ type }) => type);

describe('commands', () => {
  it('reach a process by its stream at once, signed by its key, with a number to resume from', async () => {
    const process = await makeProcess(app, 'streamed');
    const stream = await openCommands(process);
    await tell(process.agentId, 'flush', { why: 'now' });
    const { event, id, data } = await stream.find(({ event: name }) => name === 'command');
    expect(event).toBe('command');
    expect(data).toMatchObject({
      type: 'flush',
      body: { why: 'now', agent_id: process.agentId, bundle: expect.any(Number) },
    });
    expect(String(data.seq)).toBe(id);
    expect(isSigned(process, data as unknown as Command & Record<string, unknown>)).toBe(true);
    stream.close();
    const resumed = await openCommands(process, { 'last-event-id': String(id) });
    await tell(process.agentId, 'keep');
    await resumed.waitFor(1);
    expect(resumed.messages.map((message) => message.data.type)).toEqual(['keep']);
    resumed.close();
  });

  it('come again until they are acknowledged, by a poll or with a batch', async () => {
    const process = await makeProcess(app, 'stubborn');
    await tell(process.agentId, 'flush');
    await tell(process.agentId, 'keep');
    const [first, second] = await poll(process);
    expect(typesOf(await poll(process))).toEqual(['flush', 'keep']);
    expect(typesOf(await poll(process, { ack: [first?.id] }))).toEqual(['keep']);
    const header = { v: 1, producer: process.producer, batch: 0, sdk: 't', sent_at: new Date().toISOString() };
    const batch = await app.router.inject({
      method: 'POST',
      url: '/api/v1/telemetry/batches',
      headers: { ...process.headers, 'content-type': 'application/x-ndjson' },
      payload: `${JSON.stringify({ ...header, bundles: { stubborn: 1 }, dropped: {}, self: {}, ack: [second?.id] })}\n`,
    });
    expect(batch.statusCode).toBe(200);
    await expect.poll(() => poll(process), { timeout: 15_000 }).toEqual([]);
  });

  it('wait for a poll that waits for them, and are gone when their time is over', async () => {
    const process = await makeProcess(app, 'patient');
    const waiting = poll(process, { wait_s: 25 });
    await tell(process.agentId, 'keep', {}, -1);
    await tell(process.agentId, 'flush');
    expect(typesOf(await waiting)).toEqual(['flush']);
  });

  it('carry the bundle that they announce, under their own signature, and a process is told only what is for it', async () => {
    const [mine, other] = [await makeProcess(app, 'mine-told'), await makeProcess(app, 'other-told')];
    await inTransaction(ctx, async (tx) => {
      await refreshBundles(tx, [mine.agentId]);
      await commandProducer(tx, other.producer, { type: 'confirmation', body: { confirmation: 1 }, ttlS: 60 });
    });
    const [command] = await poll(mine);
    expect(command).toMatchObject({ type: 'bundle', body: { agent_id: mine.agentId } });
    expect(command?.body.content).toMatchObject({
      bundle: command?.body.bundle,
      agent_slug: 'mine-told',
      policies: [],
      control: { kill: null },
    });
    expect(isSigned(mine, command as Command & Record<string, unknown>)).toBe(true);
    expect(await poll(other)).toMatchObject([{ type: 'confirmation', body: { confirmation: 1 } }]);
  });

  it('bring each change of an agent that its processes must know, and how many of them have it is shown', async () => {
    const process = await makeProcess(app, 'followed');
    const patch = { method: 'PATCH', url: `/api/v1/agents/${process.agentId}`, headers: app.owner.headers } as const;
    await app.router.inject({ ...patch, payload: { fail_mode: 'fail_closed' } });
    const [command] = await poll(process);
    expect(command).toMatchObject({ type: 'bundle', body: { content: { fail_mode: 'fail_closed' } } });
    const rollout = async () => (await app.router.inject({ ...patch, method: 'GET' })).json().rollout;
    const number = command?.body.bundle as number;
    expect(await rollout()).toEqual({ bundle: number, processes: 1, current: 0 });
    const header = { v: 1, producer: process.producer, batch: 0, sdk: 't', sent_at: new Date().toISOString() };
    await app.router.inject({
      method: 'POST',
      url: '/api/v1/telemetry/batches',
      headers: { ...process.headers, 'content-type': 'application/x-ndjson' },
      payload: `${JSON.stringify({ ...header, bundles: { followed: number }, dropped: {}, self: {} })}\n`,
    });
    await expect.poll(rollout, { timeout: 15_000 }).toEqual({ bundle: number, processes: 1, current: 1 });
  });

  it('of one process go to its newest connection', async () => {
    const process = await makeProcess(app, 'twice');
    const old = await openCommands(process);
    const fresh = await openCommands(process);
    await old.ended;
    await tell(process.agentId, 'flush');
    expect(await fresh.waitFor(1)).toHaveLength(1);
    fresh.close();
  });

  it('are for processes only, and never of another organization', async () => {
    const url = '/api/v1/commands/poll';
    const asOwner = { method: 'POST', url, headers: app.owner.headers, payload: {} } as const;
    expect((await app.router.inject(asOwner)).statusCode).toBe(403);
    const process = await makeProcess(app, 'bounded');
    const elsewhere = systemContext(app.platform, await makeOrganization(app));
    await inTransaction(elsewhere, (tx) => commandAgents(tx, [process.agentId], { type: 'flush', body: {}, ttlS: 60 }));
    expect(await poll(process)).toEqual([]);
  });
});
