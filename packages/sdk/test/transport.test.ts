import { describe, expect, it } from 'vitest';
import { flush, run, step } from '../src/index.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
const work = (name = 'work') => run(name, () => step('one', async () => 'x'.repeat(3_000)));
const ends = () => setup.server.events().filter(({ t }) => t === 'run.end');

describe('batches', () => {
  it('carry a run once, in order, with one line per short step', async () => {
    await setup.start();
    await work();
    expect(await flush()).toBe(true);
    const events = setup.server.events();
    expect(events.map(({ t }) => t)).toEqual(['run.start', 'blob', 'step.end', 'run.end']);
    expect(events.filter(({ t }) => t !== 'blob').map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(events[3]).toMatchObject({ status: 'ok', steps: 1 });
  });

  it('are sent again under the same number with the same content when the server is busy', async () => {
    await setup.start();
    setup.server.script.push(
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 429, headers: { 'retry-after': '0' } },
    );
    await work();
    await flush(5_000);
    const [first, second, third] = setup.server.batches;
    expect(setup.server.batches).toHaveLength(3);
    expect([second?.header.batch, third?.header.batch]).toEqual([first?.header.batch, first?.header.batch]);
    expect([second?.body, third?.body]).toEqual([first?.body, first?.body]);
    expect(ends()).toHaveLength(1);
  });

  it('let decisions, errors and run ends past while the server has no room for the rest', async () => {
    await setup.start();
    setup.server.script.push({ status: 503, headers: { 'retry-after': '0' } });
    // More than one batch holds: the end of the run is not in the first.
    await run('long', async () => {
      for (let n = 0; n < 300; n++) await step(`step ${n}`, async () => `${n} `.padEnd(31_000, 'word '));
    });
    expect(await flush(10_000)).toBe(true);
    const [first, urgent, again] = setup.server.batches;
    expect(first?.lines.some(({ t }) => t === 'run.end')).toBe(false);
    expect([urgent?.isUrgent, urgent?.lines.map(({ t }) => t)]).toEqual([true, ['run.end']]);
    expect([again?.isUrgent, again?.body]).toEqual([false, first?.body]);
    expect(ends()).toHaveLength(1);
  });

  it('are halved under numbers of their own when they are too large', async () => {
    await setup.start();
    setup.server.script.push({ status: 413 });
    await work();
    await flush();
    const [whole, ...halves] = setup.server.batches;
    expect(halves.map(({ header }) => header.batch)).toEqual([2, 3]);
    expect(halves.flatMap(({ lines }) => lines)).toEqual(whole?.lines);
  });

  it('are given up and counted when the server cannot read them, and their payloads are sent again', async () => {
    await setup.start();
    setup.server.script.push({ status: 400 });
    await work();
    await flush();
    await work();
    await flush();
    const [lost, next] = setup.server.batches;
    expect(next?.header.dropped).toMatchObject({ rejected: lost?.lines.length });
    expect(next?.lines.some(({ t }) => t === 'blob')).toBe(true);
  });

  it('survive an expired token: the process enrols again and keeps the batch', async () => {
    await setup.start();
    setup.server.script.push({ status: 401 });
    await work();
    await flush();
    expect(setup.server.enrolments).toHaveLength(2);
    const [first, second] = setup.server.batches;
    expect(second?.header.batch).toBe(first?.header.batch);
    expect(second?.token).not.toBe(first?.token);
    expect(ends()).toHaveLength(1);
  });

  it('are kept when a 200 does not come from the server', async () => {
    await setup.start();
    setup.server.script.push({ body: '<html>Please sign in to the Wi-Fi' });
    await work();
    await flush(5_000);
    expect(ends()).toHaveLength(1);
  });

  it('are kept when the server never answers', async () => {
    await setup.start();
    setup.server.script.push({ hang: true });
    await work();
    await flush(8_000);
    expect(setup.server.batches.map(({ header }) => header.batch)).toEqual([1, 1]);
    expect(ends()).toHaveLength(1);
  });

  it('wait as long as the server asks for', async () => {
    await setup.start();
    setup.server.answer = { throttle_ms: 400 };
    await work();
    await flush();
    const before = setup.server.batches.length;
    await work();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(setup.server.batches).toHaveLength(before);
  });

  it('leave without being asked, soon after the first event', async () => {
    await setup.start();
    await work();
    await expect.poll(() => ends().length, { timeout: 2_000 }).toBe(1);
  });

  it('do not repeat payloads that the server has', async () => {
    await setup.start();
    await work();
    await flush();
    await work();
    await flush();
    const events = setup.server.events();
    expect(events.filter(({ t }) => t === 'blob')).toHaveLength(1);
    const outs = events.filter(({ t }) => t === 'step.end').map(({ out }) => out);
    expect(outs[0]).toEqual(outs[1]);
  });
});
