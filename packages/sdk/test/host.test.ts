import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { current, data, flush, headers, init, llm, note, reason, run, step, subagent, tool } from '../src/index.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();

describe('the host', () => {
  it('runs as ever before init, without a key and when disabled', async () => {
    const double = tool((n: number) => n * 2, { name: 'double' });
    const all = async () => {
      reason('x');
      note({ message: 'x' });
      data.read('x');
      expect(headers()).toEqual({});
      expect(current()).toBeUndefined();
      return [
        await double(2),
        await run(() => 1),
        await step('s', () => 2),
        await subagent('a', () => 3),
        await llm({ model: 'm', input: '' }, () => 4),
      ];
    };
    expect(await all()).toEqual([4, 1, 2, 3, 4]);
    await init({ agent: 'a', url: setup.server.url });
    expect(await all()).toEqual([4, 1, 2, 3, 4]);
    process.env.MC_DISABLE = '1';
    await init({ agent: 'a', url: setup.server.url, key: 'mcs_x' });
    delete process.env.MC_DISABLE;
    expect(await all()).toEqual([4, 1, 2, 3, 4]);
    expect(setup.server.enrolments).toHaveLength(0);
  });

  it('is not disturbed by a server that is away, and gets its own errors only', async () => {
    setup.server.isDown = true;
    await setup.start({ failMode: 'fail_open' });
    const call = tool(async (n: number) => n + 1, { name: 'call' });
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => run(() => call(i))));
    expect(results).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    await expect(run(() => Promise.reject(new RangeError('mine')))).rejects.toThrow(RangeError);
    expect(await flush(100)).toBe(false);
  });

  it('may return what cannot be written as JSON', async () => {
    await setup.start();
    const cycle: Record<string, unknown> = { big: 1n };
    cycle.self = cycle;
    const hostile = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    expect(await run(() => step('odd', () => cycle, { input: hostile }))).toBe(cycle);
    expect(await flush()).toBe(true);
    expect(setup.server.events().some(({ t }) => t === 'run.end')).toBe(true);
  });

  it('keeps its exit: what is queued is sent when the process ends by itself or by a signal, and it does end', async () => {
    const program = `
      import { init, run, step } from '@mission-control/sdk';
      await init({ agent: 'agent', manifest: { tools: [] }, spoolDir: 'off' });
      await run('last words', () => step('bye', () => 1));
      if (process.argv[2] === 'work') {
        let finish;
        const work = run('unfinished', () => new Promise((resolve) => { finish = resolve; }));
        console.log('ready');
        let state;
        while (!state) state = await run('another', () => new Promise((r) => setTimeout(r, 20))).catch((e) => e.state);
        console.error(state);
        finish();
        await work;
        console.error('finished');
        setInterval(() => {}, 1000);
      }
      if (process.argv[2] === 'wait') { setInterval(() => {}, 1000); console.log('ready'); }`;
    let said = '';
    const runProgram = (argument: string) =>
      new Promise<{ code: number | null; signal: string | null }>((resolve) => {
        const child = spawn(
          process.execPath,
          ['--import', 'tsx', '-C', 'mc-source', '--input-type=module', '-', argument],
          {
            cwd: fileURLToPath(new URL('.', import.meta.url)),
            env: { ...process.env, MC_URL: setup.server.url, MC_KEY: 'mcs_x' },
          },
        );
        child.stdin.end(program);
        child.stderr.on('data', (text) => {
          said += text;
        });
        child.stdout.once('data', () => child.kill('SIGTERM'));
        child.once('exit', (code, signal) => resolve({ code, signal }));
      });
    expect(await runProgram('go')).toEqual({ code: 0, signal: null });
    expect(await runProgram('wait')).toEqual({ code: null, signal: 'SIGTERM' });
    expect(setup.server.events().filter(({ t }) => t === 'run.end')).toHaveLength(2);
    expect(await runProgram('work')).toEqual({ code: null, signal: 'SIGTERM' });
    expect(said).toContain('draining\nfinished\n');
    const { run: unfinished } = setup.server.events().find(({ name }) => name === 'unfinished') ?? {};
    const end = setup.server.events().find(({ t, run: id }) => t === 'run.end' && id === unfinished);
    expect(end).toMatchObject({ status: 'ok' });
  });
});
