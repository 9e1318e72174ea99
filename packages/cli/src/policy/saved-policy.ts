import { type CompiledPolicy, parsePolicy } from '@mission-control/policy/language';
import { callJson } from '../server.ts';
import { readPolicies } from './policy-files.ts';

/** What these commands read of a policy that the server has. */
export interface SavedPolicy {
  id: string;
  name: string;
  latest_version: number;
  active_version: number | null;
  mode: string | null;
}

/** The saved policy of that name; undefined when there is none. */
export async function findSaved(name: string): Promise<SavedPolicy | undefined> {
  const query = new URLSearchParams({ q: name, limit: '200' });
  const { items } = await callJson<{ items: SavedPolicy[] }>(`/policies?${query}`);
  return items.find((policy) => policy.name === name);
}

/** {@link findSaved}; throws a sentence when there is none. */
export async function getSaved(name: string): Promise<SavedPolicy> {
  const saved = await findSaved(name);
  if (!saved) throw new Error(`the server has no policy "${name}"; mc policy push saves one`);
  return saved;
}

export const getText = async ({ id }: SavedPolicy, version: number): Promise<string> =>
  (await callJson<{ source: string }>(`/policies/${id}/versions/${version}`)).source;

export interface LocalPolicy {
  path: string;
  text: string;
  name: string;
  policy: CompiledPolicy;
}

/** Reads a file that must be a policy. Throws a sentence with the first thing that is wrong. */
export function readLocal(path: string): LocalPolicy {
  const [file] = readPolicies([path])?.files ?? [];
  if (!file) throw new Error(`${path} cannot be read`);
  const { text, policy } = file;
  const { source, findings } = parsePolicy(text);
  const [first] = findings;
  if (!source) throw new Error(`${path}:${first?.line}:${first?.col}: ${first?.message} mc policy lint says more`);
  return { path, text, name: source.name.value, policy };
}
