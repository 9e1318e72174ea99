import { canonicalJson } from '@mission-control/policy/canonical';
import type { Manifest, SideEffect } from './manifest.schema.ts';
import type { VersionChange } from './versions.schema.ts';

type Risk = VersionChange['risk'];

interface Named {
  name: string;
}

/** A list of a manifest whose entries have names: where it stands and what one entry is called. */
interface NamedList<T extends Named> {
  key: string;
  words: string;
  before: readonly T[];
  after: readonly T[];
  /** Whether having an entry lets the agent do more. */
  isGrant: boolean;
  riskOf?: (change: VersionChange) => Risk;
}

/** From harmless to harmful. */
const SIDE_EFFECTS: readonly SideEffect[] = ['pure', 'read', 'idempotent_write', 'non_idempotent'];

const PLAIN = ['latency_sla_ms', 'sla_percentile', 'model', 'entrypoints', 'config'] as const;

/**
 * What changed between two manifests, tools matched by name. A change *widens* when the agent may do more than before
 * (a new tool, a worse side effect, another model), *narrows* when less.
 */
export const diffManifests = (before: Manifest, after: Manifest): VersionChange[] => [
  ...diffNamed({
    key: 'tools',
    words: 'tool',
    before: before.tools,
    after: after.tools,
    isGrant: true,
    riskOf: toolRisk,
  }),
  ...diffNamed({
    key: 'data_stores',
    words: 'data store',
    before: before.data_stores,
    after: after.data_stores,
    isGrant: true,
  }),
  ...diffNamed({
    key: 'subagents',
    words: 'sub-agent',
    before: before.subagents.map((name) => ({ name })),
    after: after.subagents.map((name) => ({ name })),
    isGrant: true,
  }),
  ...diffNamed({
    key: 'prompts',
    words: 'prompt',
    before: before.prompts ?? [],
    after: after.prompts ?? [],
    isGrant: false,
  }),
  ...diffValue('models_allowed', before.models_allowed, after.models_allowed, modelsRisk),
  ...diffValue('max_concurrency', before.max_concurrency, after.max_concurrency, concurrencyRisk),
  ...PLAIN.flatMap((key) => diffValue(key, before[key], after[key])),
];

const isEqual = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

const escapeSegment = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1');

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function diffValue<T>(
  path: string,
  before: T | undefined,
  after: T | undefined,
  riskOf: (before: T | undefined, after: T | undefined) => Risk = () => 'none',
): VersionChange[] {
  if (isEqual(before, after)) return [];
  const words = path
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join(' ');
  const risk = riskOf(before, after);
  if (before === undefined)
    return [{ op: 'add', path, before: null, after, summary: `${words} set to ${show(after)}`, risk }];
  if (after === undefined)
    return [{ op: 'remove', path, before, after: null, summary: `${words} removed (was ${show(before)})`, risk }];
  return [{ op: 'change', path, before, after, summary: `${words}: ${show(before)} → ${show(after)}`, risk }];
}

function diffNamed<T extends Named>(list: NamedList<T>): VersionChange[] {
  const { key, words, before, after, isGrant, riskOf = () => 'none' } = list;
  const old = new Map(before.map((item) => [item.name, item]));
  const kept = new Set(after.map(({ name }) => name));
  const pathOf = ({ name }: Named) => `${key}/${escapeSegment(name)}`;
  const toAdd = (item: T): VersionChange => ({
    op: 'add',
    path: pathOf(item),
    before: null,
    after: item,
    summary: `${words} ${item.name} added`,
    risk: isGrant ? 'widens' : 'none',
  });
  const toRemove = (item: T): VersionChange => ({
    op: 'remove',
    path: pathOf(item),
    before: item,
    after: null,
    summary: `${words} ${item.name} removed`,
    risk: isGrant ? 'narrows' : 'none',
  });
  const toFieldChanges = (was: T, item: T): VersionChange[] =>
    fieldsOf(was, item)
      .flatMap((field) => diffValue(`${pathOf(item)}/${field}`, fieldOf(was, field), fieldOf(item, field)))
      .map((change) => ({ ...change, risk: riskOf(change) }));
  return [
    ...after.flatMap((item) => {
      const was = old.get(item.name);
      return was ? toFieldChanges(was, item) : [toAdd(item)];
    }),
    ...before.filter(({ name }) => !kept.has(name)).map(toRemove),
  ];
}

const fieldOf = (item: object, field: string): unknown => (item as Record<string, unknown>)[field];
const fieldsOf = (a: object, b: object) => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();

function toolRisk({ path, before, after }: VersionChange): Risk {
  if (path.endsWith('/side_effect')) {
    const isWorse = SIDE_EFFECTS.indexOf(after as SideEffect) > SIDE_EFFECTS.indexOf(before as SideEffect);
    return isWorse ? 'widens' : 'narrows';
  }
  if (path.endsWith('/data')) return hasMoreStores(before, after) ? 'widens' : 'narrows';
  // Other arguments may reach further; whether they do only a person can say.
  return path.endsWith('/schema') || path.endsWith('/schema_hash') ? 'widens' : 'none';
}

/** Whether a `{read, write}` pair names a store that the one before did not. */
function hasMoreStores(before: unknown, after: unknown): boolean {
  const had = new Set(storesOf(before));
  return storesOf(after).some((store) => !had.has(store));
}

const storesOf = (data: unknown): string[] =>
  Object.entries((data ?? {}) as Record<string, string[]>).flatMap(([access, names]) =>
    names.map((name) => `${access} ${name}`),
  );

/** Without a list any model is allowed. */
function modelsRisk(before: string[] | undefined, after: string[] | undefined): Risk {
  const gained = after === undefined || (before !== undefined && after.some((glob) => !before.includes(glob)));
  return gained ? 'widens' : 'narrows';
}

/** Without a number there is no limit. */
const concurrencyRisk = (before = Number.POSITIVE_INFINITY, after = Number.POSITIVE_INFINITY): Risk =>
  after > before ? 'widens' : 'narrows';
