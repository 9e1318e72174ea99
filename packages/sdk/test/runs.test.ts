import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../src/clock.ts';
import { newId } from '../src/ids.ts';
import {
  agent,
  checkpoint,
  current,
  entrypoint,
  flush,
  headers,
  llm,
  note,
  reason,
  run,
  step,
  subagent,
} from '../src/index.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
const sent = (t: string) => setup.server.events().filter((event) => event.t === t);

describe('runs', () => {
  it('follow the code across awaits, timers and parallel work', async () => {
    await setup.start();
    const places = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        run(name, async () => {
          await sleep(5);
          const inTimer = await new Promise((resolve) => setTimeout(() => resolve(current()?.runId), 1));
          const inStep = await step(name, async () => {
            await sleep(1);
            return current()?.stepKey;
          });
          return { runId: current()?.runId, inTimer, inStep };
        }),
      ),
    );
    expect(new Set(places.map(({ runId }) => runId)).size).toBe(3);
    for (const { runId, inTimer } of places) expect(inTimer).toBe(runId);
    expect(places.map(({ inStep }) => inStep)).toEqual(['root/other:a#1', 'root/other:b#1', 'root/other:c#1']);
    expect(current()).toBeUndefined();
  });

  it('number their events without gaps and name steps by order of call, not of completion', async () => {
    await setup.start();
    await run('parallel', () =>
      Promise.all(
        [30, 10, 20].map((ms) => step('call', () => sleep(ms).then(() => step('inner', () => ms)), { input: ms })),
      ),
    );
    await flush();
    const events = setup.server.events();
    expect(events.map(({ seq }) => seq as number).toSorted((a, b) => a - b)).toEqual(events.map((_, i) => i));
    const calls = sent('step.end').filter(({ name }) => name === 'call');
    const byKey = Object.fromEntries(calls.map(({ key, in: input }) => [key, input]));
    expect(byKey).toEqual({
      'root/other:call#1': { v: 30 },
      'root/other:call#2': { v: 10 },
      'root/other:call#3': { v: 20 },
    });
    expect(sent('step.end').map(({ key }) => key)).toContain('root/other:call#2/other:inner#1');
  });

  it('show a step that takes longer than a flush when it begins, and again when it ends', async () => {
    await setup.start();
    await run('slow', () => step('wait', () => sleep(300)));
    await flush();
    const [start] = sent('step.start');
    const [end] = sent('step.end');
    expect(start).toMatchObject({ key: 'root/other:wait#1', name: 'wait' });
    expect(end).toMatchObject({ key: start?.key, status: 'ok', started_at: start?.ts });
    expect(end?.dur_us).toBeGreaterThan(250_000);
  });

  it('tell errors of the host with their type, and pass them on untouched', async () => {
    await setup.start();
    const error = new TypeError('no such page');
    await expect(run('failing', () => step('load', () => Promise.reject(error)))).rejects.toBe(error);
    await flush();
    expect(sent('step.end')[0]).toMatchObject({
      status: 'error',
      error: { type: 'TypeError', message: 'no such page' },
    });
    expect(sent('run.end')[0]).toMatchObject({ status: 'error', error: { type: 'TypeError' } });
    expect(sent('exception')[0]).toMatchObject({ type: 'TypeError', message: 'no such page', where: 'framework' });
  });

  it('make a child run of another agent, in one tree', async () => {
    await setup.start({ agents: ['helper'], manifest: { tools: [], subagents: ['helper'] } });
    await run('parent', () => subagent('helper', () => step('help', () => 1)));
    await flush();
    const [parent, child] = sent('run.start');
    expect(child).toMatchObject({ agent: 'helper', trace: parent?.trace });
    expect(child?.parent).toEqual({ run: parent?.run, step: 'root/subagent:helper#1' });
  });

  it('join a caller in another process by its headers', async () => {
    await setup.start();
    const carried = await run('caller', () => step('call', () => headers()));
    await run({ name: 'callee', from: carried }, () => 1);
    await flush();
    const [caller, callee] = sent('run.start');
    expect(callee).toMatchObject({ parent: { run: caller?.run, step: 'root/other:call#1' }, trace: caller?.trace });
    expect(carried.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('record reasoning, checkpoints and notes where they happen', async () => {
    await setup.start();
    await run('telling', () =>
      step('think', () => {
        reason('because');
        checkpoint('half', { done: 1 });
        note({ message: 'sure', confidence: 0.9 });
      }),
    );
    await flush();
    const key = 'root/other:think#1';
    expect(sent('reason')[0]).toMatchObject({ key, text: { v: 'because' } });
    expect(sent('checkpoint')[0]).toMatchObject({ key, name: 'half', state: { v: { done: 1 } } });
    expect(sent('note')[0]).toMatchObject({ key, message: 'sure', confidence: 0.9 });
  });

  it('record an entrypoint with its name and input, and give it its run', async () => {
    await setup.start();
    const main = entrypoint('agent', (input: { n: number }, { runId }) => ({ runId, n: input.n }));
    const { runId } = await main({ n: 1 });
    await flush();
    expect(sent('run.start')[0]).toMatchObject({ run: runId, entrypoint: 'agent', input: { v: { n: 1 } } });
    expect(setup.server.enrolments.at(-1)).toMatchObject({ capabilities: {} });
  });

  it('name the end user by a keyed hash, and say how sure the agent was', async () => {
    await setup.start();
    await run({ user: 'ann', session: 's1', tags: { tier: 'gold' } }, () => note({ confidence: 0.7 }));
    await run({ user: 'ann', rawUser: true }, () => 1);
    await flush();
    const [hashed, raw] = sent('run.start');
    expect(hashed).toMatchObject({
      user: expect.stringMatching(/^[0-9a-f]{32}$/),
      session: 's1',
      tags: { tier: 'gold' },
    });
    expect(raw).toMatchObject({ user: 'ann' });
    expect(sent('run.end')[0]).toMatchObject({ confidence: 0.7 });
  });

  it('can name an agent that joined later', async () => {
    await setup.start();
    agent({ agent: 'later', manifest: { tools: [] } });
    await run({ agent: 'later' }, () => 1);
    await flush();
    expect(sent('run.start')[0]).toMatchObject({ agent: 'later' });
  });
});

describe('model calls', () => {
  it('send each message of a growing history once', async () => {
    await setup.start();
    const history = [{ role: 'system', content: 'a'.repeat(500) }];
    await run('chat', async () => {
      for (let i = 0; i < 3; i++) {
        history.push({ role: 'user', content: `${i}`.repeat(500) });
        await llm({ model: 'gpt-5', input: [...history] }, async () => ({
          usage: { prompt_tokens: 10, completion_tokens: 2 },
        }));
      }
    });
    await flush();
    const contents = sent('blob').map(({ data }) => String(data));
    expect(contents.filter((data) => data.includes('"role":"system"'))).toHaveLength(1);
    const last = sent('step.end').at(-1)?.in as { v?: { messages: unknown[] } };
    expect(last.v?.messages).toHaveLength(4);
    expect(sent('step.end')[0]).toMatchObject({ tokens: { input: 10, output: 2 }, model: 'gpt-5' });
  });

  it('record a stream when it has been read, with the time to the first token', async () => {
    await setup.start();
    async function* chunks() {
      await sleep(20);
      yield { choices: [{ delta: { content: 'a' } }] };
      yield { usage: { input_tokens: 5, output_tokens: 1, cache_read_input_tokens: 3 } };
    }
    const read = await run('stream', async () => {
      const seen: unknown[] = [];
      for await (const chunk of await llm({ model: 'm', input: 'hi' }, () => chunks())) seen.push(chunk);
      return seen.length;
    });
    await flush();
    expect(read).toBe(2);
    const [end] = sent('step.end');
    expect(end).toMatchObject({ stream: true, tokens: { input: 8, output: 1, cache_read: 3 } });
    expect(end?.ttft_us).toBeGreaterThan(15_000);
  });
});

describe('ids and instants', () => {
  it('are UUIDv7 of their instant, all different', () => {
    const at = Date.UTC(2026, 10, 21) * 1_000;
    const ids = new Set(Array.from({ length: 10_000 }, () => newId(at)));
    expect(ids.size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt([...ids][0]?.replaceAll('-', '').slice(0, 12) ?? '', 16)).toBe(at / 1_000);
  });

  it('have microseconds', () => {
    expect(toInstant(1_763_706_000_123_456)).toBe('2025-11-21T06:20:00.123456Z');
  });
});
