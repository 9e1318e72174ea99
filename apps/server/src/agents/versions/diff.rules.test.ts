import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffManifests } from './diff.rules.ts';
import { Manifest } from './manifest.schema.ts';

const manifest = (value: unknown) => Manifest.parse(value);
const risks = (before: unknown, after: unknown) =>
  diffManifests(manifest(before), manifest(after)).map(({ risk }) => risk);

describe('diffManifests', () => {
  it.each([
    ['a new tool', {}, { tools: [{ name: 'a' }] }, 'widens'],
    ['a tool less', { tools: [{ name: 'a' }] }, {}, 'narrows'],
    ['a worse side effect', { tools: [{ name: 'a', side_effect: 'read' }] }, { tools: [{ name: 'a' }] }, 'widens'],
    [
      'another store to write',
      { tools: [{ name: 'a' }] },
      { tools: [{ name: 'a', data: { write: ['db'] } }] },
      'widens',
    ],
    ['a new sub-agent', {}, { subagents: ['b'] }, 'widens'],
    ['any model', { models_allowed: ['x/*'] }, {}, 'widens'],
    ['fewer models', { models_allowed: ['x/*', 'y/*'] }, { models_allowed: ['x/*'] }, 'narrows'],
    ['more at once', { max_concurrency: 1 }, { max_concurrency: 2 }, 'widens'],
    ['no limit', { max_concurrency: 1 }, {}, 'widens'],
    ['a new description', { tools: [{ name: 'a' }] }, { tools: [{ name: 'a', description: 'b' }] }, 'none'],
    ['another prompt', {}, { prompts: [{ name: 'system', text: 'x' }] }, 'none'],
  ])('says of %s that it %s', (_what, before, after, risk) => {
    expect(risks(before, after)).toEqual([risk]);
  });

  const names = fc.uniqueArray(fc.constantFrom('a', 'b/c', 'd~e', 'f'), { maxLength: 4 });
  const effects = fc.constantFrom('pure', 'read', 'idempotent_write', 'non_idempotent');
  const manifests = fc
    .tuple(names, effects, names, fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }))
    .map(([tools, side_effect, subagents, max_concurrency]) =>
      manifest({ tools: tools.map((name) => ({ name, side_effect })), subagents, max_concurrency }),
    );

  it('finds nothing between equal manifests, whatever the order of tools', () => {
    fc.assert(
      fc.property(manifests, (one) => {
        expect(diffManifests(one, { ...one, tools: one.tools.toReversed() })).toEqual([]);
      }),
    );
  });

  it('is mirrored when the two change places: added is removed, wider is narrower', () => {
    const mirror = { add: 'remove', remove: 'add', change: 'change' } as const;
    fc.assert(
      fc.property(manifests, manifests, (a, b) => {
        const there = diffManifests(a, b)
          .map(({ op, path }) => `${op} ${path}`)
          .sort();
        const back = diffManifests(b, a)
          .map(({ op, path }) => `${mirror[op]} ${path}`)
          .sort();
        expect(back).toEqual(there);
      }),
    );
  });
});
