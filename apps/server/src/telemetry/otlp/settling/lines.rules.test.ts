import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toLines } from './lines.rules.ts';
import type { PendingSpan, SpanBody } from './pending-span.ts';
import { buildTree } from './tree.rules.ts';

const used = (input: number) => ({ input, output: 0, cache_read: 0, cache_write: 0, reasoning: 0 });

/** A span; without a role it means nothing. */
function span(id: string, parent: string | null, body: Partial<SpanBody> | null, settle = 1): PendingSpan {
  return {
    ...{ span_id: id, parent_span_id: parent, settle, producer_id: 'key' },
    ...{ started_us: 1_000_000 + Number.parseInt(id, 36), ended_us: 2_000_000 },
    body: body && {
      ...{ role: 'llm', mapper: 'test', spanName: 'x', service: 'shop', error: null, input: undefined },
      ...{ output: undefined, ...body },
    },
  };
}

const linesOf = (spans: PendingSpan[], settle = 1) =>
  toLines(
    {
      ...{ traceId: '1'.repeat(32), settle },
      runIdOf: (run) => run.span?.span_id ?? 'trace',
    },
    buildTree(spans),
  ).map(({ line }) => line);
const totalOf = (lines: Record<string, unknown>[]) =>
  lines.reduce(
    (sum, { kind, tokens }) => sum + (kind === 'llm' && tokens ? (tokens as { input: number }).input : 0),
    0,
  );

describe('tokens', () => {
  it('count for the innermost call only', () => {
    const spans = [
      span('a', null, { role: 'run', tokens: used(10) }),
      span('b', 'a', { tokens: used(10) }),
      span('c', 'b', null),
      span('d', 'c', { tokens: used(10) }),
    ];
    const lines = linesOf(spans);
    expect(totalOf(lines)).toBe(10);
    expect(lines.filter(({ kind }) => kind === 'other')).toMatchObject(
      [{ key: 'other:x#1' }].map(() => ({ name: 'x' })),
    );
  });

  it('that an agent span reports count when no call below it was seen, of the innermost', () => {
    const spans = [
      span('a', null, { role: 'run', agentName: 'one', tokens: used(10) }),
      span('b', 'a', { role: 'run', agentName: 'two', tokens: used(10) }),
    ];
    expect(totalOf(linesOf(spans))).toBe(10);
  });

  it('of late calls do not count when what stands above them did', () => {
    const wrapped = [span('a', null, { tokens: used(10) }), span('b', 'a', { tokens: used(10) }, 2)];
    expect([totalOf(linesOf(wrapped.slice(0, 1))), totalOf(linesOf(wrapped, 2))]).toEqual([10, 0]);
    const reported = [span('a', null, { role: 'run', tokens: used(10) }), span('b', 'a', { tokens: used(10) }, 2)];
    expect([totalOf(linesOf(reported.slice(0, 1))), totalOf(linesOf(reported, 2))]).toEqual([10, 0]);
  });
});

describe('runs', () => {
  it('of an agent that a framework wraps in itself are one', () => {
    const agent = { role: 'run' as const, agentName: 'planner' };
    const lines = linesOf([span('a', null, agent), span('b', 'a', agent), span('c', 'b', {})]);
    expect(lines.map(({ run, t }) => [run, t])).toEqual([
      ...[
        ['a', 'run.start'],
        ['a', 'step.end'],
        ['a', 'run.end'],
      ],
    ]);
  });

  it('are made of chains only where none stands above them', () => {
    const chain = { role: 'run' as const, nested: 'other' as const };
    const lines = linesOf([span('a', null, chain), span('b', 'a', chain), span('c', 'b', { role: 'tool', name: 't' })]);
    expect(lines.filter(({ t }) => t === 'run.start')).toHaveLength(1);
    expect(lines.filter(({ t }) => t === 'step.end')).toMatchObject([
      { kind: 'other', key: 'other:x#1' },
      { kind: 'tool', key: 'other:x#1/tool:t#1', parent_key: 'other:x#1' },
    ]);
  });

  it('without a root stay open, and a circle of parents ends', () => {
    const lines = linesOf([span('a', 'b', {}), span('b', 'a', {})]);
    expect(lines.map(({ t }) => t)).toEqual(['run.start', 'step.end', 'step.end']);
  });
});

it('whatever the tree, every span is one line in one claim, and no number or key stands twice', () => {
  const ids = Array.from({ length: 12 }, (_, index) => (index + 10).toString(36));
  const roles = fc.constantFrom('run' as const, 'llm' as const, 'tool' as const, null);
  const anySpan = fc.record({
    role: roles,
    parent: fc.constantFrom(...ids, null),
    settle: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(anySpan, { minLength: 1, maxLength: 12 }), (drawn) => {
      const spans = drawn.map(({ role, parent, settle }, index) =>
        span(ids[index] ?? '', parent, role && { role, agentName: `agent ${index}`, tokens: used(1) }, settle),
      );
      const lines = [1, 2, 3].flatMap((settle) =>
        linesOf(
          spans.filter((one) => (one.settle ?? 0) <= settle),
          settle,
        ),
      );
      const steps = lines.filter(({ t }) => t === 'step.end');
      const places = lines.map(({ run, seq }) => `${run} ${seq}`);
      expect(new Set(places).size).toBe(places.length);
      const meant = spans.filter(({ body }) => body && body.role !== 'run').length;
      expect(steps.filter(({ key, kind }) => kind !== 'subagent' && !String(key).startsWith('reported/'))).toHaveLength(
        meant,
      );
      expect(lines.every(({ ts }) => typeof ts === 'string')).toBe(true);
    }),
  );
});
