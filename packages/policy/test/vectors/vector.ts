import {
  type Call,
  createEngine,
  type Decision,
  type EngineOptions,
  type Ir,
  type Situation,
  type Usage,
  type Verdict,
} from '../../src/evaluate/index.ts';
import { compilePolicy } from '../../src/language/index.ts';

/** When everything happens, unless a call says otherwise. */
const AT = '2026-06-01T00:00:00Z';

/** A call as vectors hold it: plain JSON, all but the name optional. */
export interface VectorCall {
  kind?: Call['kind'];
  /** The tool, or `provider/model`. */
  tool: string;
  args?: unknown;
  ctx?: Record<string, unknown>;
  /** Tools that the run called before. */
  history?: { tool: string; args?: unknown }[];
  stores?: { read?: string[]; write?: string[] };
  max_tokens?: number;
  /** By rule: `policy@version:rule`. */
  usage?: Record<string, Usage>;
  control?: 'killed' | 'paused';
  open_breakers?: string[];
  grants?: string[];
  exceptions?: string[];
  at?: string;
}

export interface Expectation {
  verdict: Verdict;
  stage: string;
  decided_by: string | null;
  /** The leaves for which the deciding rule's condition did not hold. */
  failed: unknown[];
  /** All that had something to say, in the order of stages, then of rules. */
  matched: { rule: string; mode: string; verdict: string; code: string }[];
  max_tokens?: number;
  approval?: unknown;
}

export interface Vector {
  name: string;
  ir: Ir[];
  capability?: EngineOptions['capability'];
  calls: VectorCall[];
  expect: Expectation[];
}

/** A vector as it is written: policies as text, and what each call must come to. */
export interface Case {
  name: string;
  /** A whole policy, or rules only: then of one enforced policy `p@1` for the organization. */
  policies: string[];
  capability?: EngineOptions['capability'];
  calls: [call: VectorCall, verdict: Verdict, decidedBy?: string | null][];
}

/** Compiles a case and evaluates its calls. Throws where the evaluation differs from what the case demands. */
export function toVector({ name, policies, capability, calls }: Case): Vector {
  const ir = policies.map((text, i) => compile(text, `00000000-0000-4000-8000-00000000000${i}`));
  const vector = { name, ir, ...(capability ? { capability } : {}), calls: calls.map(([call]) => call) };
  const expect = decideAll(vector);
  for (const [i, [call, verdict, decidedBy]] of calls.entries()) {
    const got = expect[i];
    const isRight = got?.verdict === verdict && (decidedBy === undefined || got.decided_by === decidedBy);
    if (!isRight)
      throw new Error(`${name}: ${JSON.stringify(call)} must be ${verdict} by ${decidedBy}: ${JSON.stringify(got)}`);
  }
  return { ...vector, expect };
}

function compile(text: string, id: string): Ir {
  const isWhole = text.startsWith('version:');
  const source = isWhole ? text : `version: 1\nname: p\nmode: enforce\nscope: { org: true }\nrules:\n${text}`;
  const { ir, findings } = compilePolicy(source, { id, version: 1, now: new Date(AT) });
  if (!ir) throw new Error(JSON.stringify(findings));
  return ir;
}

/** What an engine says of the calls of a vector. */
export function decideAll({ ir, capability, calls }: Omit<Vector, 'name' | 'expect'>): Expectation[] {
  const engine = createEngine({ policies: ir, ...(capability ? { capability } : {}) });
  return calls.map((call) => {
    const past = engine.createPast();
    for (const { tool, args = {} } of call.history ?? []) engine.record(past, { kind: 'tool', name: tool, args });
    return toExpectation(engine.decide(toCall(call), toSituation(call, past)));
  });
}

const toCall = ({ kind = 'tool', tool, args = {}, ctx, stores, max_tokens }: VectorCall): Call => ({
  ...{ kind, name: tool, args },
  ...(ctx ? { ctx } : {}),
  ...(stores ? { stores } : {}),
  ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
});

const toSituation = (call: VectorCall, past: NonNullable<Situation['past']>): Situation => ({
  ...{ at: Date.parse(call.at ?? AT), past },
  ...(call.control ? { control: call.control } : {}),
  openBreakers: new Set(call.open_breakers),
  usage: new Map(Object.entries(call.usage ?? {})),
  grants: new Set(call.grants),
  exceptions: new Set(call.exceptions),
});

function toExpectation({ verdict, stage, decided_by, matched, transform, approval }: Decision): Expectation {
  return {
    ...{ verdict, stage, decided_by, failed: matched.find(({ rule }) => rule === decided_by)?.failed ?? [] },
    matched: matched.map(({ rule, mode, verdict: said, code }) => ({ rule, mode, verdict: said, code })),
    ...(transform ? { max_tokens: transform.max_tokens } : {}),
    ...(approval ? { approval } : {}),
  };
}

/** A file of vectors: JSON with a vector on each line. */
export const toFile = (vectors: readonly Vector[]): string =>
  `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`;
