import { describe, expect, it } from 'vitest';
import { newId } from '../src/ids.ts';
import { Blocked, flush, run, step, tool } from '../src/index.ts';
import { isSampled } from '../src/runs/sampling.ts';
import { withFakeServer } from './setup.ts';

const setup = withFakeServer();
const PAYLOAD = 'p'.repeat(3_000);
const sent = (t: string) => setup.server.events().filter((event) => event.t === t);
/** Hashes that steps refer to and that never came. */
const missing = () => {
  const came = new Set(sent('blob').map(({ h }) => h));
  const refs = sent('step.end').map(({ out }) => (out as { b?: string } | undefined)?.b);
  return refs.filter((ref) => ref && !came.has(ref));
};

describe('a run that is not sampled', () => {
  it('sends what happened and no payload when it ends well', async () => {
    await setup.start({ sample: 0 });
    await run('fine', () => step('one', () => PAYLOAD, { input: 'secret plan' }));
    await flush();
    expect(sent('run.start')[0]).toMatchObject({ sampled: false });
    expect(sent('step.end')).toHaveLength(1);
    expect(sent('discard')).toHaveLength(1);
    expect(sent('blob')).toHaveLength(0);
    expect(JSON.stringify(setup.server.batches)).not.toContain('secret plan');
  });

  it('is complete when it fails, with the payloads from before the failure', async () => {
    await setup.start({ sample: 0 });
    const failing = run('failing', async () => {
      await step('one', () => PAYLOAD);
      await flush();
      await step('two', () => `${PAYLOAD}2`);
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await flush();
    expect(missing()).toEqual([]);
    expect(sent('blob')).toHaveLength(2);
    expect(sent('discard')).toHaveLength(0);
  });

  it('is complete when a call was blocked, although it ended well', async () => {
    await setup.start({ sample: 0 });
    const undeclared = tool(() => 1, { name: 'undeclared' });
    await run('violating', async () => {
      await step('one', () => PAYLOAD);
      await flush();
      await expect(undeclared()).rejects.toThrow(Blocked);
    });
    await flush();
    expect(missing()).toEqual([]);
    expect(sent('blob')).toHaveLength(1);
  });

  it('is completed when the server asks to keep it', async () => {
    await setup.start({ sample: 0 });
    await run('kept', async () => {
      await step('one', () => PAYLOAD);
      setup.server.answer = { keep: [sent('run.start')[0]?.run ?? ''] };
      await flush();
      setup.server.answer = { keep: [sent('run.start')[0]?.run ?? ''] };
      await step('two', () => 1);
      await flush();
    });
    await flush();
    expect(missing()).toEqual([]);
  });

  it('is kept when it took longer than the 99th percentile', async () => {
    setup.server.bundle = { p99_dur_ms: 20 };
    await setup.start({ sample: 0 });
    await run('slow', () => step('one', () => new Promise((resolve) => setTimeout(() => resolve(PAYLOAD), 40))));
    await flush();
    expect(missing()).toEqual([]);
    expect(sent('blob')).toHaveLength(1);
  });

  it('says which payloads were let go when its room is used up', async () => {
    await setup.start({ sample: 0 });
    const failing = run('large', async () => {
      for (let i = 0; i < 20; i++) await step(`step ${i}`, () => `${i}`.repeat(20_000));
      await flush();
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow();
    await flush();
    const outs = sent('step.end').map(({ out }) => out as { x?: string });
    expect(outs.filter(({ x }) => x === 'sampled').length).toBeGreaterThan(0);
    expect(missing()).toEqual([]);
  });
});

it('the share of sampled trees is the rate, and a higher rate keeps the trees of a lower one', () => {
  const ids = Array.from({ length: 20_000 }, () => newId(1_763_706_000_000_000));
  const share = ids.filter((id) => isSampled(id, 0.25)).length / ids.length;
  expect(share).toBeGreaterThan(0.23);
  expect(share).toBeLessThan(0.27);
  expect(ids.filter((id) => isSampled(id, 0.25)).every((id) => isSampled(id, 0.5))).toBe(true);
});
