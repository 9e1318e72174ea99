import { describe, expect, it } from 'vitest';
import { createAgent } from '../src/enrolment/agent.ts';
import { capture } from '../src/payloads/capture.ts';
import { createDropCounts } from '../src/queue/drops.ts';
import { HARD_BYTES, MAX_ITEMS, Queue, SOFT_BYTES } from '../src/queue/queue.ts';
import { createRun } from '../src/runs/run.ts';
import type { WireEvent } from '../src/wire.ts';

const run = createRun({
  agent: createAgent({ agent: 'a' }),
  name: undefined,
  parent: undefined,
  remote: undefined,
  sampleRate: 1,
});
const toEvent = (bytes = 0): WireEvent => ({
  t: 'step.end',
  seq: 0,
  at: 0,
  fields: {},
  payloads: { in: bytes ? capture('x'.repeat(bytes)) : undefined },
});

function fill(queue: Queue, bytes: number): void {
  while (queue.bytes + 1_000_000 < bytes) queue.add(run, toEvent(1_000_000), false);
}

describe('the queue', () => {
  it('drops payloads first and leaves a mark in their place', () => {
    const drops = createDropCounts();
    const queue = new Queue(drops);
    fill(queue, SOFT_BYTES);
    const event = toEvent(2_000_000);
    expect(queue.add(run, event, false)).toBeDefined();
    expect(event.payloads?.in).toEqual({ kind: 'absent', sealed: '{"x":"dropped","size":2000000}' });
    expect(drops.buffer_full).toBe(1);
  });

  it('drops steps of many small events beyond the item limit, and keeps urgent ones', () => {
    const drops = createDropCounts();
    const queue = new Queue(drops);
    for (let i = 0; i < MAX_ITEMS + 10; i++) queue.add(run, toEvent(), false);
    expect(queue.length).toBe(MAX_ITEMS);
    expect(drops.buffer_full).toBe(10);
    expect(queue.add(run, toEvent(), true)).toBeDefined();
  });

  it('never exceeds the hard limit, not even for what is urgent', () => {
    const drops = createDropCounts();
    const queue = new Queue(drops);
    queue.holdInFlight(HARD_BYTES);
    expect(queue.add(run, toEvent(), true)).toBeUndefined();
    queue.releaseInFlight(HARD_BYTES);
    expect(queue.add(run, toEvent(), true)).toBeDefined();
    expect(drops.buffer_full).toBe(1);
  });

  it('counts down to nothing when all is taken or withdrawn', () => {
    const queue = new Queue(createDropCounts());
    const first = queue.add(run, toEvent(100), false);
    queue.add(run, toEvent(100), false);
    expect(first && queue.withdraw(first)).toBe(true);
    expect(queue.take(10)).toHaveLength(1);
    expect(queue.bytes).toBe(0);
    expect(first && queue.withdraw(first)).toBe(false);
  });
});
