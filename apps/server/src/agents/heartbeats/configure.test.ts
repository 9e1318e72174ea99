import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import { toEntries } from './configure.ts';

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
