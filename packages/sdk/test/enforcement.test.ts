import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Blocked, data, flush, llm, MissionControlError, Paused, run, subagent, tool, tools } from '../src/index.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
const sent = (t: string) => setup.server.events().filter((event) => event.t === t);

describe('a tool that the agent never declared', () => {
  it('is stopped before its effect, and recorded with its whole context', async () => {
    let effects = 0;
    const remove = tool((args: { path: string }) => ++effects && args.path, { name: 'fs/remove' });
    await setup.start({ manifest: { tools: ['fs/read'] } });
    const error = await run('careless', () => remove({ path: '/etc' })).catch((caught: unknown) => caught);
    await flush();
    expect(effects).toBe(0);
    expect(error).toBeInstanceOf(Blocked);
    expect(error).toBeInstanceOf(MissionControlError);
    const { violationId, rule } = error as Blocked;
    expect(rule).toBe('capability.tool_undeclared');
    expect(sent('decision')[0]).toMatchObject({
      id: violationId,
      tool: 'fs/remove',
      verdict: 'block',
      mode: 'enforce',
      enforcement: 'blocked',
      key: 'root/tool:fs/remove#1',
      args_view: { v: { path: '/etc' } },
      explanation: expect.stringContaining('fs/remove'),
    });
    expect(sent('step.end')[0]).toMatchObject({
      status: 'blocked',
      decision: violationId,
      args_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('runs under monitor, and is recorded as what would have been stopped', async () => {
    setup.server.capability = { mode: 'monitor' };
    await setup.start();
    const result = await run('watched', () => tool(() => 'done', { name: 'anything' })());
    await flush();
    expect(result).toBe('done');
    expect(sent('decision')[0]).toMatchObject({ verdict: 'would_have', enforcement: 'would_have', mode: 'monitor' });
    expect(sent('step.end')[0]).toMatchObject({ status: 'ok' });
  });

  it('stays undeclared when it is wrapped after an explicit list was sent', async () => {
    await setup.start({ manifest: { tools: ['one'] } });
    const late = tool(() => 1, { name: 'two' });
    await expect(run(() => late())).rejects.toThrow(Blocked);
  });
});

describe('declarations', () => {
  it('are the tools wrapped before the first run when the agent lists none', async () => {
    await setup.start({ manifest: {} });
    const governed = tools({ known: (n: number) => n + 1 }, { known: 'read' });
    expect(await run(() => governed.known(1))).toBe(2);
    const late = tool(() => 1, { name: 'wrapped-too-late' });
    await expect(run(() => late())).rejects.toThrow('wrapped-too-late');
    const [enrolment] = setup.server.enrolments as { agents: { manifest: { tools: { name: string }[] } }[] }[];
    expect(setup.server.enrolments).toHaveLength(1);
    expect(enrolment?.agents[0]?.manifest.tools).toContainEqual({ name: 'known', side_effect: 'read' });
  });

  it('cover data stores, sub-agents and models', async () => {
    setup.server.capability = { models: ['openai/*'] };
    await setup.start({ manifest: { tools: ['query', 'report'], data_stores: ['db:open'], subagents: [] } });
    const query = tool((store: string) => data.read(store), { name: 'query', effect: 'read' });
    const report = tool(() => 1, { name: 'report', data: { write: ['db:closed'] } });
    const rules: unknown[] = [];
    await run(async () => {
      await query('db:open');
      for (const call of [
        () => query('db:closed'),
        report,
        () => subagent('stranger', () => 1),
        () => llm({ model: 'gpt-5', input: '' }, () => 1),
      ])
        rules.push(await call().catch((error: unknown) => (error as Blocked).rule));
      await llm({ model: 'gpt-5', provider: 'openai', input: '' }, () => 1);
    });
    expect(rules).toEqual([
      'capability.store_undeclared',
      'capability.store_undeclared',
      'capability.subagent_undeclared',
      'capability.model_undeclared',
    ]);
    await flush();
    expect(sent('step.end').filter(({ status }) => status === 'blocked')).toHaveLength(4);
    expect(sent('step.end')[0]).toMatchObject({ data: { read: ['db:open'], write: [] } });
  });

  it('bound how many runs go on at once; the others wait in order', async () => {
    await setup.start({ manifest: { tools: [], max_concurrency: 2 } });
    let active = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 6 }, () =>
        run(async () => {
          most = Math.max(most, ++active);
          await sleep(10);
          active--;
        }),
      ),
    );
    expect(most).toBe(2);
  });
});

describe('a paused agent', () => {
  it('takes no new runs and says until when', async () => {
    const retryAt = '2030-01-01T00:00:00.000Z';
    setup.server.bundle = { control: { state: 'paused', reason: 'manual', retry_at: retryAt } };
    await setup.start();
    const error = await run(() => 1).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Paused);
    expect((error as Paused).retryAt?.toISOString()).toBe(retryAt);
  });

  it('is learned from the answer to a batch', async () => {
    await setup.start();
    await run(() => 1);
    setup.server.bundle = { bundle: 2, control: { state: 'draining', reason: null, retry_at: null } };
    setup.server.answer = { bundles: { agent: 2 } };
    await flush();
    await expect
      .poll(() => run(() => 1).catch((error: unknown) => (error as Error).name), { timeout: 3_000 })
      .toBe('Paused');
  });
});

describe('without contact', () => {
  const calls = () =>
    [tool(() => 'read', { name: 'get', effect: 'read' }), tool(() => 'sent', { name: 'send' })] as const;

  it('an agent that never had a bundle may only read, and says that it was decided so', async () => {
    setup.server.isDown = true;
    const [get, send] = calls();
    await setup.start();
    expect(await run(() => get())).toBe('read');
    await expect(run(() => send())).rejects.toMatchObject({ rule: 'contact.none' });
  });

  it('fail_open lets everything through', async () => {
    setup.server.isDown = true;
    const [, send] = calls();
    await setup.start({ failMode: 'fail_open' });
    expect(await run(() => send())).toBe('sent');
  });

  it('the last bundle on disk governs; an edited one does not', async () => {
    const { readFileSync, writeFileSync } = await import('node:fs');
    const { shutdown } = await import('../src/index.ts');
    const [, send] = calls();
    await setup.start({ manifest: { tools: ['send'] } });
    await run(() => send());
    await flush();
    const path = `${setup.dir}/mission-control/agent.json`;
    await expect.poll(() => readFileSync(path, 'utf8')).toContain('"mac"');
    await shutdown();
    setup.server.isDown = true;
    await setup.start({ manifest: { tools: ['send'] } });
    expect(await run(() => send())).toBe('sent');
    await shutdown(10);
    writeFileSync(path, readFileSync(path, 'utf8').replace('enforce', 'monitor'));
    await setup.start({ manifest: { tools: ['send'] } });
    await expect(run(() => send())).rejects.toMatchObject({ rule: 'contact.none' });
  });
});
