import { compileGlobs, type NameMatcher } from './globs.ts';

/** A tool of the manifest as the bundle carries it. */
export interface CapabilityTool {
  name: string;
  side_effect?: string;
  data?: { read?: string[]; write?: string[] };
  poll?: boolean;
}

/** What an agent declared it may touch, and how strictly that is held. `models` absent or null = any model. */
export interface Capability {
  mode: 'enforce' | 'monitor' | 'off';
  tools: CapabilityTool[];
  stores: string[];
  subagents: string[];
  models?: string[] | null;
  max_concurrency?: number | null;
}

export type CapabilityCode =
  | 'capability.tool_undeclared'
  | 'capability.store_undeclared'
  | 'capability.subagent_undeclared'
  | 'capability.model_undeclared';

/** Something an agent is about to do. A model's `name` is `provider/model` when the provider is known. */
export interface CapabilityCall {
  kind: 'tool' | 'store' | 'subagent' | 'model';
  name: string;
}

export type CapabilityDecision =
  | { verdict: 'allow' }
  | { verdict: 'block' | 'would_have'; code: CapabilityCode; explanation: string };

export type CapabilityCheck = (call: CapabilityCall) => CapabilityDecision;

const ALLOW: CapabilityDecision = Object.freeze({ verdict: 'allow' });

const WORDS: Record<CapabilityCall['kind'], string> = {
  tool: 'tool',
  store: 'data store',
  subagent: 'sub-agent',
  model: 'model',
};

/**
 * Makes the check of an agent's declarations. An undeclared call is `block` under mode `enforce` and `would_have`
 * under `monitor`; mode `off` allows all. `agent` is how the explanation names the agent.
 */
export function createCapabilityCheck(capability: Capability, agent: string): CapabilityCheck {
  if (capability.mode === 'off') return () => ALLOW;
  const verdict = capability.mode === 'enforce' ? 'block' : 'would_have';
  const declared = toMatchers(capability);
  return ({ kind, name }) => {
    if (declared[kind](name)) return ALLOW;
    const explanation = `${agent} has not declared the ${WORDS[kind]} ${JSON.stringify(name)} in its manifest.`;
    return { verdict, code: `capability.${kind}_undeclared`, explanation };
  };
}

function toMatchers(capability: Capability): Record<CapabilityCall['kind'], NameMatcher> {
  const tools = new Set(capability.tools.map((tool) => tool.name));
  const subagents = new Set(capability.subagents);
  return {
    tool: (name) => tools.has(name),
    store: compileGlobs(capability.stores),
    subagent: (slug) => subagents.has(slug),
    model: capability.models ? compileGlobs(capability.models) : () => true,
  };
}
