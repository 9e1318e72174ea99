import type { Capability } from '@mission-control/policy';
import { createEngine, type Engine, type Ir, type Rule, type Situation } from '@mission-control/policy/evaluate';
import { createToolBreakers, type ToolBreakers, withoutVersion } from './open-breakers.ts';
import type { WatchedRule } from './own-breakers.ts';

/** What a rulebook is made of: a part of the bundle. */
export interface RulebookSource {
  agent_slug: string;
  capability: Capability;
  policies: Ir[];
  exceptions: { rule: string; until: string }[];
  breakers: { key: string; state: string; retry_at: string | null }[];
}

/** The declaration and policies of an agent made ready, with what they need to be told of a run. */
export interface Rulebook {
  engine: Engine;
  severities: ReadonlyMap<string, Rule['severity']>;
  /** The limits per run: what a run has used counts for each of them. `sharedCap`: on tokens, where leases hold it. */
  runLimits: readonly { ref: string; sharedCap: number | undefined }[];
  /** Whether any rule looks at confidence, tokens, risk …; at answers; at the ends of tasks; at what was before. */
  needs: { context: boolean; output: boolean; taskEnd: boolean; past: boolean };
  listExceptions: (at: number) => Situation['exceptions'];
  breakers: ToolBreakers;
  /** Rules whose breakers this process runs, too, by its own calls. */
  watched: readonly WatchedRule[];
}

/** Throws when a policy cannot be read: then nothing is known to be allowed. */
export function createRulebook(source: RulebookSource): Rulebook {
  const { policies, capability, agent_slug } = source;
  const named = policies.flatMap((ir) =>
    ir.rules.map((rule) => ({ ref: `${ir.policy.name}@${ir.policy.version}:${rule.id}`, rule })),
  );
  const escalates = (before: string) => named.some(({ rule }) => rule.kind === 'escalate' && rule.before === before);
  return {
    engine: createEngine({ policies, capability, agent: agent_slug }),
    severities: new Map(named.map(({ ref, rule }) => [ref, rule.severity])),
    runLimits: named.flatMap(({ ref, rule }) => {
      if (rule.kind !== 'limits' || rule.per !== 'run') return [];
      const isShared = rule.mode === 'enforce' && rule.on_exceed !== 'warn';
      return { ref, sharedCap: isShared ? rule.tokens : undefined };
    }),
    needs: {
      context: JSON.stringify(policies).includes('"from":"ctx"'),
      output: escalates('output'),
      taskEnd: escalates('task_end'),
      past: named.some(({ rule }) => rule.kind === 'sequence'),
    },
    listExceptions: createExceptions(
      source.exceptions,
      named.map(({ ref }) => ref),
    ),
    breakers: createToolBreakers(source.breakers, named),
    watched: named.flatMap(({ ref, rule }) =>
      rule.kind === 'breaker' && rule.action === 'block_tool' ? { ref, key: withoutVersion(ref), rule } : [],
    ),
  };
}

/** An exception holds for its rule in whatever version of the policy. */
function createExceptions(exceptions: RulebookSource['exceptions'], refs: string[]): Rulebook['listExceptions'] {
  if (exceptions.length === 0) return () => undefined;
  const ends = new Map(exceptions.map(({ rule, until }) => [withoutVersion(rule), Date.parse(until)]));
  const excepted = refs.flatMap((ref) => {
    const until = ends.get(withoutVersion(ref));
    return until === undefined ? [] : [{ ref, until }];
  });
  return (at) => new Set(excepted.flatMap(({ ref, until }) => (until > at ? ref : [])));
}
