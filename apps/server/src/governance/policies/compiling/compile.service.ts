import { type CompiledPolicy, compilePolicy, parsePolicy } from '@mission-control/policy/language';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { PolicyMode } from '../policies.schema.ts';
import { toScope } from '../scopes/scopes.rules.ts';
import { findCatalog } from './catalog.store.ts';

export interface CheckedPolicy extends CompiledPolicy {
  /** How many agents it is for; null when that cannot be read. */
  agentCount: number | null;
}

/** Which version of which policy a text is, and how it is to hold. */
export interface VersionOf {
  id: string;
  version: number;
  mode?: PolicyMode | undefined;
  /** Whether rules for recorded calls only are kept. */
  keepDryRun?: boolean;
}

/** Compiles a text, with what is known of the organization and of the agents in its scope. */
export async function compileVersion(ctx: Context, text: string, { mode, ...of }: VersionOf): Promise<CheckedPolicy> {
  const { source, findings } = parsePolicy(text);
  if (!source) return { ir: undefined, source, findings, tests: [], agentCount: null };
  const { agentCount, ...catalog } = await findCatalog(ctx, toScope(source));
  const compiled = compilePolicy(text, { ...of, ...(mode ? { mode } : {}), catalog, now: ctx.now() });
  return { ...compiled, agentCount };
}

/** 422 `policy.invalid` with what lint found. */
export function invalidPolicy({ findings }: Pick<CompiledPolicy, 'findings'>): Problem {
  const first = findings.find(({ severity }) => severity === 'error');
  const message = first ? `Line ${first.line}, column ${first.col}: ${first.message}` : 'This is no policy.';
  return new Problem('policy.invalid', 422, message, { body: { message, findings } });
}
