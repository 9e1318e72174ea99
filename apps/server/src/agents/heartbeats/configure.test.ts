import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import { toEntries } from './configure.ts';
import { listStopping, toDailyCost } from './estimates/estimates.rules.ts';

const ON = { every: '10m', target: 'last', includeReasoning: false };
const OFF = { ...ON, every: '0m' };

describe('the change of a gateway’s configuration', () => {
  it('171: names our own entries only, and of them those that differ', () => {
    const wanted = new Map([
      ['mc-a', ON],
      ['mc-b', ON],
    ]);
    expect(toEntries(wanted, { 'mc-a': { heartbeat: ON }, 'mc-b': {}, foreign: { heartbeat: OFF } })).toEqual({
      'mc-b': { heartbeat: ON },
    });
  });

  it('170: is nothing when nothing differs', () => {
    expect(toEntries(new Map([['mc-a', OFF]]), { 'mc-a': { heartbeat: OFF } })).toEqual({});
  });

  it('gives no schedule to an entry that never had one and shall have none', () => {
    expect(toEntries(new Map([['mc-a', OFF]]), { 'mc-a': {} })).toEqual({});
    expect(toEntries(new Map([['mc-a', OFF]]), { 'mc-a': { heartbeat: ON } })).toEqual({ 'mc-a': { heartbeat: OFF } });
  });
});

describe('whose turns end', () => {
  const of = (entries: Record<string, object>, written: Record<string, { heartbeat: object }>, defaultEvery?: string) =>
    listStopping(
      { entries, defaultEvery } as Parameters<typeof listStopping>[0], // entries as a gateway has them
      written as Parameters<typeof listStopping>[1],
    );

  it('everybody’s but ours when nobody had a pace of their own, unless the default is off', () => {
    const entries = { main: {}, scout: {}, 'mc-a': {} };
    expect(of(entries, { 'mc-a': { heartbeat: ON } })).toEqual(['main', 'scout']);
    expect(of(entries, { 'mc-a': { heartbeat: ON } }, '0m')).toEqual([]);
    expect(of(entries, {})).toEqual([]);
  });

  it('nobody’s when somebody has one already, and agents that stop by their own schedule are no news', () => {
    expect(of({ main: { heartbeat: ON }, 'mc-a': {} }, { 'mc-a': { heartbeat: ON } })).toEqual([]);
    expect(of({ main: { heartbeat: ON }, 'mc-a': { heartbeat: ON } }, { 'mc-a': { heartbeat: OFF } })).toEqual([]);
  });

  it('and what the others cost, by the day', () => {
    expect(toDailyCost('30m', 2)).toEqual({ turns_a_day: 96, tokens_a_day: 768_000 });
    expect(toDailyCost('off', 2)).toEqual({ turns_a_day: 0, tokens_a_day: 0 });
  });
});

describe('scheduled turns', () => {
  let app: TestApp;
  let place: AgentsOnGateway;
  beforeAll(async () => {
    app = await createTestApp();
  });
  beforeEach(async () => {
    place = await startAgentsOnGateway(app);
  });
  afterEach(() => place.gateway.close());
  afterAll(() => app.close());

  const patches = () => place.callsOf('config.patch').map(({ params }) => JSON.parse(String(params.raw)));

  it('are written when somebody switches them on, and not before', async () => {
    const { id } = await place.create();
    await place.settled(id);
    expect(patches()).toEqual([]);
    const { world } = place.gateway;
    world.agents.set('scout', { id: 'scout', name: 'Scout', workspace: '/w', createdAt: 1, isLive: true });
    const estimate = await place.call('GET', `/agents/${id}/heartbeat/estimate?every=30m`);
    expect(estimate.json()).toMatchObject({
      ...{ agents: 1, turns_a_day: 48, tokens_a_day: 384_000, unreached_gateway_ids: [] },
      stopping: expect.arrayContaining(['Scout']),
    });
    expect((await place.call('GET', `/agents/${id}/heartbeat/estimate?every=1s`)).statusCode).toBe(422);
    await place.call('PATCH', `/agents/${id}`, { heartbeat_config: { every: '30m' } });
    await expect
      .poll(patches, { timeout: 15_000 })
      .toEqual([{ agents: { entries: { [`mc-${id}`]: { heartbeat: { ...ON, every: '30m' } } } } }]);
    await place.settled(id);
    await place.call('PATCH', `/agents/${id}?force=true`, {});
    await place.settled(id);
    expect(patches()).toHaveLength(1);
  });
});
