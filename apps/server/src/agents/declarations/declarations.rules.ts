import { compileGlobs } from '@mission-control/policy';
import type { Manifest, ManifestTool, SideEffect } from '../versions/manifest.schema.ts';
import { compareArguments, type SeenCall } from './arguments.rules.ts';
import type { DriftItem } from './declarations.schema.ts';

/** How often something was seen, when last, and in which run. */
export interface Seen {
  name: string;
  count: number;
  last_seen_at: string;
  example_run_id: string | null;
}

/** A store that a tool reported. */
export interface SeenStore extends Seen {
  tool: string;
  access: 'read' | 'write';
}

/** What an agent did: tools of 14 days, the rest of its last runs. */
export interface Observed {
  tools: Seen[];
  stores: SeenStore[];
  models: Seen[];
  subagents: Seen[];
  /** The newest of each declared tool. */
  calls: SeenCall[];
}

const HARMLESS: readonly string[] = ['pure', 'read'];

/** Where what an agent declares and what it does differ. */
export const compareDeclared = (manifest: Manifest, observed: Observed): DriftItem[] => [
  ...findUnused(manifest, observed),
  ...findUndeclaredTools(manifest, observed),
  ...findSideEffects(manifest, observed),
  ...compareArguments(manifest.tools, observed.calls),
  ...findUndeclaredStores(manifest, observed),
  ...findUndeclaredModels(manifest, observed),
  ...findUndeclaredSubagents(manifest, observed),
];

const toItem = (
  kind: DriftItem['kind'],
  { name, count, last_seen_at, example_run_id }: Seen,
  text: string,
): DriftItem => ({
  ...{ kind, name, count, last_seen_at, example_run_id, text },
});

function findUnused({ tools }: Manifest, observed: Observed): DriftItem[] {
  const used = new Set(observed.tools.map(({ name }) => name));
  return tools
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      ...{ kind: 'tool_unused', name, count: 0, last_seen_at: null, example_run_id: null },
      text: `The tool ${name} is declared and was not used in 14 days.`,
    }));
}

function findUndeclaredTools({ tools }: Manifest, observed: Observed): DriftItem[] {
  const declared = new Set(tools.map(({ name }) => name));
  return observed.tools
    .filter(({ name }) => !declared.has(name))
    .map((seen) => toItem('tool_undeclared', seen, `The tool ${seen.name} is used and not declared.`));
}

/** A tool that is declared harmless and wrote; each once, by what it wrote last. */
function findSideEffects({ tools }: Manifest, { stores }: Observed): DriftItem[] {
  return tools
    .filter(({ side_effect }) => HARMLESS.includes(side_effect))
    .flatMap(({ name, side_effect }) => {
      const written = stores.filter(({ tool, access }) => tool === name && access === 'write');
      const last = written.toSorted((a, b) => (a.last_seen_at < b.last_seen_at ? 1 : -1))[0];
      if (!last) return [];
      const count = written.reduce((sum, seen) => sum + seen.count, 0);
      return [
        toItem(
          'side_effect',
          { ...last, name, count },
          `The tool ${name} is declared ${side_effect} and wrote ${last.name}.`,
        ),
      ];
    });
}

function findUndeclaredStores({ data_stores, tools }: Manifest, { stores }: Observed): DriftItem[] {
  const declared = new Set([
    ...data_stores.map(({ name }) => name),
    ...tools.flatMap(({ data }) => [...(data?.read ?? []), ...(data?.write ?? [])]),
  ]);
  return sumByName(stores.filter(({ name }) => !declared.has(name))).map((seen) =>
    toItem('store_undeclared', seen, `The data store ${seen.name} is touched and not declared.`),
  );
}

function sumByName(seen: readonly Seen[]): Seen[] {
  const byName = new Map<string, Seen>();
  for (const one of seen) {
    const sum = byName.get(one.name);
    if (!sum) byName.set(one.name, { ...one });
    else {
      sum.count += one.count;
      if (one.last_seen_at > sum.last_seen_at) sum.last_seen_at = one.last_seen_at;
    }
  }
  return [...byName.values()];
}

/** Models go by `provider/name`, as `models_allowed` names them; without a list the declared model is the only one. */
function findUndeclaredModels({ models_allowed, model }: Manifest, { models }: Observed): DriftItem[] {
  if (models_allowed === undefined && model === undefined) return [];
  const isAllowed = models_allowed && compileGlobs(models_allowed);
  const isDeclared = (name: string) => isAllowed?.(name) ?? (name === model?.name || name.endsWith(`/${model?.name}`));
  return models
    .filter(({ name }) => !isDeclared(name))
    .map((seen) => toItem('model_undeclared', seen, `The model ${seen.name} is used and not declared.`));
}

function findUndeclaredSubagents({ subagents }: Manifest, observed: Observed): DriftItem[] {
  return observed.subagents
    .filter(({ name }) => !subagents.includes(name))
    .map((seen) => toItem('subagent_undeclared', seen, `The agent ${seen.name} is called and not declared.`));
}

const STORES_MAX = 256;
const TOOLS_MAX = 512;

/** The manifest with everything that was seen; undeclared effects are the worst until a person says better. */
export function proposeManifest(manifest: Manifest, items: readonly DriftItem[]): Manifest {
  const names = (kind: DriftItem['kind']) => items.filter((item) => item.kind === kind).map(({ name }) => name);
  const writing = new Set(names('side_effect'));
  const tools = manifest.tools.map((tool) => (writing.has(tool.name) ? { ...tool, side_effect: WORST } : tool));
  const added = names('tool_undeclared').map((name): ManifestTool => ({ name, side_effect: WORST }));
  const models = names('model_undeclared');
  const declared = manifest.models_allowed ?? (manifest.model ? [manifest.model.name, `*/${manifest.model.name}`] : []);
  return {
    ...manifest,
    tools: [...tools, ...added].slice(0, TOOLS_MAX),
    data_stores: [...manifest.data_stores, ...names('store_undeclared').map((name) => ({ name }))].slice(0, STORES_MAX),
    subagents: [...manifest.subagents, ...names('subagent_undeclared')].slice(0, STORES_MAX),
    ...(models.length > 0 ? { models_allowed: [...declared, ...models].slice(0, STORES_MAX) } : {}),
  };
}

const WORST: SideEffect = 'non_idempotent';
