import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import { compareGateway } from '../drift/drift.jobs.ts';

let app: TestApp;
let place: AgentsOnGateway;
let ada: string;
let bob: string;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  place = await startAgentsOnGateway(app);
  ada = (await place.create()).id;
  bob = (await place.create({ name: 'Bob' })).id;
  for (const id of [ada, bob]) await place.settled(id);
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

const sync = async (query = '') =>
  (await place.call('POST', `/gateways/${place.gatewayId}/templates/sync?include_main=false${query}`)).json();
const count = (method: string) => place.callsOf(method).length;

describe('a template sync', () => {
  it('181: of what is up to date writes nothing and says so', async () => {
    const before = count('agents.files.set');
    const result = await sync();
    expect(result).toMatchObject({ state: 'succeeded', agents_updated: 2, files_written: 0, errors: [] });
    expect(result.files_unchanged).toBe(10);
    expect(count('agents.files.set')).toBe(before);
  });

  it('181: a dry run names the files that would be written, and writes none', async () => {
    place.filesOf(ada).set('SOUL.md', 'mine');
    const before = place.gateway.calls.length;
    const result = await sync('&dry_run=true');
    expect(result).toMatchObject({ state: 'succeeded', dry_run: true, files_written: 1, agents_updated: 0 });
    const planned = result.agents.find(({ agent_id }: { agent_id: string }) => agent_id === ada);
    expect(planned).toMatchObject({ state: 'planned' });
    expect(planned.files).toContainEqual({ name: 'SOUL.md', action: 'change' });
    const methods = place.gateway.calls.slice(before).map(({ method }) => method);
    expect(methods.filter((method) => /set|create|update|patch|add/.test(method))).toEqual([]);
    expect(place.filesOf(ada).get('SOUL.md')).toBe('mine');
  });

  it('181: overwrite, force_bootstrap, reset_sessions and rotate_tokens each do what their names say', async () => {
    place.filesOf(ada).set('MEMORY.md', 'what I learned');
    await sync();
    expect(place.filesOf(ada).get('MEMORY.md')).toBe('what I learned');
    await sync('&overwrite=true');
    expect(place.filesOf(ada).get('MEMORY.md')).toMatch(/^# Memory/);
    expect(count('sessions.reset')).toBe(0);
    await sync('&reset_sessions=true');
    expect(count('sessions.reset')).toBe(2);
    const before = place.filesOf(ada).get('.mission-control/auth');
    await sync('&rotate_tokens=true');
    expect(place.filesOf(ada).get('.mission-control/auth')).not.toBe(before);
  });

  it('181: one agent that fails does not stop the rest', async () => {
    place.filesOf(ada).set('SOUL.md', 'mine');
    place.gateway.failNext('agents.files.set', { code: 'INVALID_REQUEST', message: 'disk is full' });
    const result = await sync();
    expect(result).toMatchObject({ state: 'succeeded', agents_updated: 1 });
    expect(result.errors).toMatchObject([{ agent_id: ada, agent_name: 'Ada', code: 'gateway.rpc_failed' }]);
  });

  it('replaces a credential that is not the agent’s, and says so', async () => {
    place.filesOf(ada).set('.mission-control/auth', 'X-Agent-Token: mca_somebody\n');
    const result = await sync();
    expect(result.errors).toMatchObject([{ agent_id: ada, code: 'agent.token_mismatch' }]);
    expect(place.filesOf(ada).get('.mission-control/auth')).not.toContain('mca_somebody');
  });

  it('181: a paused agent is left out and counted', async () => {
    await place.call('POST', `/agents/${bob}/pause`, { reason: 'stop' });
    expect(await sync()).toMatchObject({ agents_updated: 1, agents_skipped: 1 });
  });
});

describe('what stands on a gateway and is not as we left it', () => {
  const compare = () => compareGateway(systemContext(app.platform, app.owner.orgId), place.gatewayId);
  const driftOf = async (id: string) =>
    (
      await app.platform.db
        .selectFrom('activity_events')
        .select('data')
        .where('agent_id', '=', id)
        .where('event_type', '=', 'agent.drifted')
        .execute()
    ).map(({ data }) => data);

  it('is found and put right; what belongs to the agent is no drift', async () => {
    const before = place.gateway.calls.length;
    place.filesOf(ada).set('MEMORY.md', 'what I learned');
    await compare();
    expect(await driftOf(ada)).toEqual([]);
    // The main agent may still be made meanwhile.
    const ours = place.gateway.calls
      .slice(before)
      .filter(({ params }) => !JSON.stringify(params).includes('mc-gateway-'));
    expect(ours.filter(({ method }) => /set|create|update/.test(method))).toEqual([]);
    place.filesOf(ada).delete('AGENTS.md');
    place.filesOf(ada).set('.mission-control/auth', 'gone\n');
    await compare();
    expect(await driftOf(ada)).toEqual([{ found: ['AGENTS.md', 'the credential'] }]);
    await place.settled(ada);
    expect(place.filesOf(ada).get('AGENTS.md')).toContain('You are Ada');
    expect(place.filesOf(ada).get('.mission-control/auth')).toMatch(/mca_/);
    expect(await driftOf(bob)).toEqual([]);
  });

  it('an agent that is gone is made again', async () => {
    place.gateway.world.agents.delete(`mc-${bob}`);
    await compare();
    expect(await place.settled(bob)).toMatchObject({ status: 'online', last_error: null });
    expect(place.gateway.world.agents.has(`mc-${bob}`)).toBe(true);
  });
});
