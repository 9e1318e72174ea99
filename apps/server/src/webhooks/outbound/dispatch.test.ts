import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { defineEvent, publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { dispatchFacts } from './dispatch.ts';

const schema = z.object({ name: z.string() });
const wanted = defineEvent({ type: 'webhook.created', subject: 'webhook', schema });
const noise = defineEvent({ type: 'run.updated', subject: 'run', schema });

const target = createServer((_, answer) => answer.end());
let app: TestApp;
let webhookId: string;
beforeAll(async () => {
  app = await createTestApp({ env: { ALLOW_PRIVATE_TARGETS: 'true' } });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  const answer = await app.router.inject({
    method: 'POST',
    url: '/api/v1/outbound-webhooks',
    headers: app.owner.headers,
    payload: { name: 'x', url, event_types: ['webhook.created'] },
  });
  webhookId = answer.json().id;
});
afterAll(async () => {
  await app.close();
  target.close();
});

const say = (event: typeof wanted, name: string, whileOpen: () => Promise<unknown> = async () => undefined) =>
  inTransaction(systemContext(app.platform, app.owner.orgId), async (tx) => {
    await publish(tx, event, { subjectId: newId(), data: { name } });
    await whileOpen();
  });

async function listNames(): Promise<string[]> {
  const rows = await app.platform.db
    .selectFrom('webhook_deliveries')
    .select('body')
    .where('outbound_webhook_id', '=', webhookId)
    .orderBy('id')
    .execute();
  return rows.map(({ body }) => (body as { data: { name: string } }).data.name);
}

/** Transactions of other tests on the same cluster hold facts back too. */
const until = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 15_000, interval: 50 });
const dispatch = () => dispatchFacts(app.platform, [wanted, noise]);

it('makes one delivery of each fact, however many dispatchers there are and whatever else happens', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `fact ${i}`);
  await Promise.all(
    names.flatMap((name) => [say(wanted, name), say(noise, name), ...(name.endsWith('0') ? [dispatch()] : [])]),
  );
  await Promise.all([dispatch(), dispatch(), dispatch()]);
  await until(async () => expect((await listNames()).toSorted()).toEqual(names.toSorted()));
});

it('does not skip a fact that is committed after later ones', async () => {
  await say(wanted, 'held', async () => {
    await say(wanted, 'overtaking');
    await dispatch();
  });
  await dispatch();
  await until(async () => {
    const names = await listNames();
    expect(names.filter((name) => name === 'held' || name === 'overtaking').toSorted()).toEqual(['held', 'overtaking']);
  });
});
