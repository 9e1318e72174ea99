import { canonicalJson } from '@mission-control/policy/canonical';
import type { Manifest, SideEffect } from './manifest.schema.ts';
import type { VersionChange } from './versions.schema.ts';

type Risk = VersionChange['risk'];
type Change = Omit<VersionChange, 'before' | 'after'> & { before: unknown; after: unknown };

/** From harmless to harmful. */
const SIDE_EFFECTS: readonly SideEffect[] = ['pure', 'read', 'idempotent_write', 'non_idempotent'];

/**
 * What changed between two manifests, tools matched by name. A change *widens* when the agent may do more than before
 * (a new tool, a worse side effect, another model), *narrows* when less.
 */
export const diffManifests = (before: Manifest, after: Manifest): VersionChange[] => [
  ...diffNamed('tools', 'tool', before.tools, after.tools, diffTool),
  ...diffNamed(
    'data_stores',
    'data store',
    before.data_stores,
    after.data_stores,
    diffFields('data_stores', 'data store'),
  ),
  ...diffNames('subagents', 'sub-agent', before.subagents, after.subagents),
  ...diffModelsAllowed(before.models_allowed, after.models_allowed),
  ...diffConcurrency(before.max_concurrency, after.max_concurrency),
  ...diffNamed('prompts', 'prompt', before.prompts ?? [], after.prompts ?? [], diffFields('prompts', 'prompt')),
  ...(['latency_sla_ms', 'sla_percentile', 'model', 'entrypoints', 'config'] as const).flatMap((key) =>
    diffValue(key, key, before[key], after[key]),
  ),
];

const isEqual = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

const escape = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1');
const show = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

function diffValue(path: string, words: string, before: unknown, after: unknown, risk: Risk = 'none'): Change[] {
  if (isEqual(before, after)) return [];
  if (before === undefined)
    return [{ op: 'add', path, before: null, after, summary: `${words} set to ${show(after)}`, risk }];
  if (after === undefined)
    return [{ op: 'remove', path, before, after: null, summary: `${words} removed (was ${show(before)})`, risk }];
  return [{ op: 'change', path, before, after, summary: `${words}: ${show(before)} → ${show(after)}`, risk }];
}

type Named = { name: string };

function diffNamed<T extends Named>(
  key: string,
  words: string,
  before: readonly T[],
  after: readonly T[],
  diffItem: (before: T, after: T) => Change[],
): Change[] {
  const old = new Map(before.map((item) => [item.name, item]));
  const kept = new Set(after.map(({ name }) => name));
  const widens: Risk = key === 'prompts' ? 'none' : 'widens';
  const narrows: Risk = key === 'prompts' ? 'none' : 'narrows';
  return [
    ...after.flatMap((item): Change[] => {
      const was = old.get(item.name);
      if (was) return diffItem(was, item);
      return [
        {
          op: 'add',
          path: `${key}/${escape(item.name)}`,
          before: null,
          after: item,
          summary: `${words} ${item.name} added`,
          risk: widens,
        },
      ];
    }),
    ...before
      .filter(({ name }) => !kept.has(name))
      .map(
        (item): Change => ({
          op: 'remove',
          path: `${key}/${escape(item.name)}`,
          before: item,
          after: null,
          summary: `${words} ${item.name} removed`,
          risk: narrows,
        }),
      ),
  ];
}

const diffNames = (key: string, words: string, before: readonly string[], after: readonly string[]): Change[] =>
  diffNamed(
    key,
    words,
    before.map((name) => ({ name })),
    after.map((name) => ({ name })),
    () => [],
  );

const diffFields =
  (key: string, words: string) =>
  <T extends Named>(before: T, after: T): Change[] =>
    fieldsOf(before, after).flatMap((field) =>
      diffValue(
        `${key}/${escape(after.name)}/${field}`,
        `${words} ${after.name} ${field}`,
        at(before, field),
        at(after, field),
      ),
    );

const at = (item: object, field: string): unknown => (item as Record<string, unknown>)[field];
const fieldsOf = (a: object, b: object) => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();

const diffTool = (before: Manifest['tools'][number], after: Manifest['tools'][number]): Change[] =>
  diffFields('tools', 'tool')(before, after).map((change) => ({ ...change, risk: toolRisk(change) }));

function toolRisk({ path, before, after }: Change): Risk {
  if (path.endsWith('/side_effect')) {
    const step = SIDE_EFFECTS.indexOf(after as SideEffect) - SIDE_EFFECTS.indexOf(before as SideEffect);
    return step > 0 ? 'widens' : 'narrows';
  }
  if (path.endsWith('/data')) return listSize(after) > listSize(before) ? 'widens' : 'narrows';
  if (path.endsWith('/schema') || path.endsWith('/schema_hash')) return 'widens';
  return 'none';
}

/** How many stores a `{read, write}` pair names. */
const listSize = (data: unknown): number =>
  Object.values((data ?? {}) as Record<string, string[]>).reduce((sum, names) => sum + names.length, 0);

/** Without a list any model is allowed. */
function diffModelsAllowed(before: string[] | undefined, after: string[] | undefined): Change[] {
  const gained = after === undefined || (before !== undefined && after.some((glob) => !before.includes(glob)));
  return diffValue('models_allowed', 'models_allowed', before, after, gained ? 'widens' : 'narrows');
}

/** Without a number there is no limit. */
const diffConcurrency = (before: number | undefined, after: number | undefined): Change[] =>
  diffValue(
    'max_concurrency',
    'max_concurrency',
    before,
    after,
    (after ?? Number.POSITIVE_INFINITY) > (before ?? Number.POSITIVE_INFINITY) ? 'widens' : 'narrows',
  );
