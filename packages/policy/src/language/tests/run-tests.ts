import { type Call, createEngine, type Decision, type Engine, type Usage } from '../../evaluate/index.ts';
import type { BreakerIr, Ir, Rule } from '../../ir.ts';
import type { PolicySource, TestSource } from '../grammar/policy.ts';

export interface TestResult {
  name: string;
  ok: boolean;
  /** Why it failed. */
  message?: string;
  line: number;
}

interface Given extends Usage {
  tool?: string;
  model?: string;
  output?: boolean;
  task_end?: boolean;
  args?: unknown;
  history?: (string | { tool: string; args?: unknown })[];
  stores?: Call['stores'];
  max_tokens?: number;
  confidence?: number;
  risk?: number;
  calls?: { total: number; errors?: number; latency_p95_ms?: number; violations?: number };
}

const GIVEN = new Set([
  ...['tool', 'model', 'output', 'task_end', 'args', 'history', 'stores', 'max_tokens', 'calls'],
  ...['confidence', 'risk', 'tokens', 'cost_usd', 'tool_calls', 'llm_calls', 'duration_ms'],
]);
const CONTEXT = ['confidence', 'risk', 'tokens', 'cost_usd', 'tool_calls'] as const;
const EXPECTED = new Set(['decision', 'rule', 'stage', 'breaker', 'max_tokens']);

/** Runs the tests that stand in a policy, as if all of it were enforced. */
export function runTests(ir: Ir, { tests = [] }: PolicySource, { now }: { now: Date }): TestResult[] {
  const enforced: Ir = { ...ir, rules: ir.rules.map((rule): Rule => ({ ...rule, mode: 'enforce' })) };
  const engine = createEngine({ policies: [enforced] });
  return tests.map((test) => {
    const message = findFailure(test, { ir: enforced, engine, at: now.getTime() });
    return { name: test.name, ok: message === undefined, line: test.at.line, ...(message ? { message } : {}) };
  });
}

interface Bench {
  ir: Ir;
  engine: Engine;
  at: number;
}

function findFailure({ given: written, expect: expected }: TestSource, bench: Bench): string | undefined {
  const given = written as Given; // read field by field below; what is of another type matches nothing
  const expect = expected as Record<string, unknown>;
  const unknown = [
    ...Object.keys(given).filter((key) => !GIVEN.has(key)),
    ...Object.keys(expect).filter((key) => !EXPECTED.has(key)),
  ];
  if (unknown.length > 0) return `A test does not know "${unknown.join('", "')}".`;
  if (Object.keys(expect).length === 0) return 'This test expects nothing.';
  const actual: Record<string, unknown> = given.calls ? { breaker: judgeBreakers(given, bench) } : {};
  if (isCall(given)) Object.assign(actual, describe(decide(given, bench)));
  const wrong = Object.entries(expect).find(([key, value]) => actual[key] !== value);
  return wrong && `Expected ${wrong[0]} ${JSON.stringify(wrong[1])}, got ${JSON.stringify(actual[wrong[0]] ?? null)}.`;
}

const isCall = ({ tool, model, output, task_end }: Given): boolean =>
  tool !== undefined || model !== undefined || output === true || task_end === true;

function toCall({ tool, model, output, args, stores, max_tokens, ...given }: Given): Call {
  const ctx = Object.fromEntries(CONTEXT.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
  const kind = tool !== undefined ? 'tool' : model !== undefined ? 'model' : output ? 'output' : 'task_end';
  return {
    ...{ kind, name: tool ?? model ?? '', args: args ?? {}, ctx },
    ...(stores ? { stores } : {}),
    ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
  };
}

function decide(given: Given, { ir, engine, at }: Bench): Decision {
  const past = engine.createPast();
  for (const earlier of given.history ?? []) {
    const { tool, args = {} } = typeof earlier === 'string' ? { tool: earlier } : earlier;
    engine.record(past, { kind: 'tool', name: tool, args });
  }
  const { name, version } = ir.policy;
  const usage = new Map(ir.rules.map(({ id }) => [`${name}@${version}:${id}`, given]));
  return engine.decide(toCall(given), { at, past, usage });
}

const describe = ({ verdict, stage, decided_by, transform }: Decision) => ({
  decision: verdict,
  stage,
  rule: decided_by?.split(':').at(-1),
  max_tokens: transform?.max_tokens,
});

/** Whether any breaker would open on calls such as these. */
function judgeBreakers({ calls }: Given, { ir }: Bench): 'open' | 'closed' {
  const isOpen = ir.rules.some((rule) => rule.kind === 'breaker' && calls !== undefined && opens(rule, calls));
  return isOpen ? 'open' : 'closed';
}

function opens({ watch, over, min }: BreakerIr, calls: NonNullable<Given['calls']>): boolean {
  const { total, errors = 0, latency_p95_ms = 0, violations = 0 } = calls;
  if (total < min) return false;
  if (watch === 'error_rate') return errors / total > over;
  return (watch === 'latency_p95' ? latency_p95_ms : violations) > over;
}
