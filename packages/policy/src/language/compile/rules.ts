import type { ApprovalIr, EscalateIr, Rule, RuleKind, SequenceIr, ToolsIr } from '../../ir.ts';
import type { Report } from '../findings.ts';
import type { PolicyMode, RuleSource } from '../grammar/policy.ts';
import type { ExpressionCompiler } from './expressions.ts';
import type { PatternTables } from './patterns.ts';

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_S = 1_800;

export interface RuleTools {
  patterns: PatternTables;
  expressions: ExpressionCompiler;
  report: Report;
}

type SourceOf<K extends RuleSource['kind']> = Extract<RuleSource, { kind: K }>;

/** Makes a rule of what was written; undefined where that says nothing that could be held. */
export function compileRule(source: RuleSource, mode: PolicyMode, tools: RuleTools): Rule | undefined {
  const kind = compileKind(source, tools);
  if (!kind) return undefined;
  const { id, severity = 'medium', at, until, message } = source;
  const approval = toApproval(source, kind);
  return {
    ...{ id: id.value, mode: mode === 'enforce' ? 'enforce' : 'monitor', severity, line: at.line, col: at.col },
    ...(until ? { until: until.value } : {}),
    ...(message === undefined ? {} : { message }),
    ...kind,
    ...(approval ? { approval } : {}),
  };
}

function compileKind(source: RuleSource, tools: RuleTools): RuleKind | undefined {
  const { patterns } = tools;
  switch (source.kind) {
    case 'tools':
      return compileTools(source, tools);
    case 'limits': {
      const { duration, ...plain } = source.body;
      return { kind: 'limits', ...plain, ...(duration === undefined ? {} : { duration_ms: duration }) };
    }
    case 'concurrency': {
      const { queue_timeout = 0, ...plain } = source.body;
      return { kind: 'concurrency', ...plain, queue_ms: queue_timeout };
    }
    case 'breaker':
      return compileBreaker(source, tools);
    case 'escalate':
      return compileEscalation(source, tools);
    case 'sequence':
      return compileSequence(source, tools);
    case 'data':
      return { kind: 'data', ...mapNames(source.body, patterns) };
    case 'models': {
      const { max_output_tokens, ...lists } = source.body;
      return {
        kind: 'models',
        ...mapNames(lists, patterns),
        ...(max_output_tokens === undefined ? {} : { max_output_tokens }),
      };
    }
  }
}

type Lists = Record<string, Parameters<PatternTables['ofNames']>[0] | undefined>;

const mapNames = <L extends Lists>(lists: L, patterns: PatternTables) =>
  Object.fromEntries(
    Object.entries(lists).flatMap(([name, list]) => (list ? [[name, patterns.ofNames(list)]] : [])),
  ) as { [K in keyof L]: ReturnType<PatternTables['ofNames']> };

function compileTools({ body, at }: SourceOf<'tools'>, { patterns, expressions, report }: RuleTools): ToolsIr {
  const { where, action = 'block', ...lists } = body;
  if (where && !body.match && !body.allow)
    report.error(at, {
      code: 'MC112',
      message: '"where" constrains calls that "match" or "allow" selects: name them.',
    });
  if (!body.match && !body.allow && !body.deny)
    report.error(at, { code: 'MC102', message: 'A rule on tools needs match, allow or deny.' });
  return {
    kind: 'tools',
    ...mapNames(lists, patterns),
    ...(where ? { where: expressions.ofWhere(where) } : {}),
    action,
  };
}

const OVER_UNITS = { error_rate: 'share', latency_p95: 'ms', violations: 'count' } as const;
const OVER_WORDS = { share: 'a share such as 15%', ms: 'a duration such as 5s', count: 'a whole number' };
const DEFAULT_MIN_CALLS = 20;

function compileBreaker({ body, at }: SourceOf<'breaker'>, { report }: RuleTools): RuleKind {
  const {
    watch,
    over,
    window,
    min_calls,
    scope,
    action,
    open_for = 2 * MINUTE_MS,
    half_open_probes: probes = 3,
  } = body;
  const unit = OVER_UNITS[watch];
  if (over.value.unit !== unit)
    report.error(over.at, { code: 'MC103', message: `For ${watch} this must be ${OVER_WORDS[unit]}.` });
  if (window.value < MINUTE_MS)
    report.warn(window.at, { code: 'MC120', message: 'A window under a minute opens the breaker on noise.' });
  if (min_calls === undefined)
    report.warn(at, {
      code: 'MC120',
      message: `Without min_calls two calls could open the breaker; ${DEFAULT_MIN_CALLS} is taken.`,
    });
  return {
    ...{ kind: 'breaker', watch, over: over.value.value, window_ms: window.value, min: min_calls ?? DEFAULT_MIN_CALLS },
    ...{ scope, action, open_ms: open_for, probes },
  };
}

function compileEscalation({ body }: SourceOf<'escalate'>, { expressions }: RuleTools): EscalateIr {
  const { when, before, timeout, on_timeout = 'deny' } = body;
  return {
    ...{ kind: 'escalate', when: expressions.ofCondition(when), before },
    ...{ timeout_s: timeout === undefined ? DEFAULT_TIMEOUT_S : timeout / 1_000, on_timeout },
  };
}

function compileSequence(
  { body, at }: SourceOf<'sequence'>,
  { patterns, expressions, report }: RuleTools,
): SequenceIr | undefined {
  const { require, before, forbid, after, within = 'run', where_before, where_after } = body;
  const isRequire = require !== undefined && before !== undefined;
  const isForbid = forbid !== undefined && after !== undefined;
  const count = [require, before, forbid, after].filter((part) => part !== undefined).length;
  if (count !== 2 || isRequire === isForbid) {
    report.error(at, { code: 'MC102', message: 'A sequence is { require, before } or { forbid, after }.' });
    return undefined;
  }
  const [a, b] = isRequire ? [require, before] : [forbid, after];
  if (!a || !b) return undefined;
  const [whereA, whereB] = isRequire ? [where_before, where_after] : [where_after, where_before];
  return {
    ...{
      kind: 'sequence',
      form: isRequire ? 'require' : 'forbid',
      a: patterns.ofName(a),
      b: patterns.ofName(b),
      within,
    },
    ...(whereA ? { where_a: expressions.ofWhere(whereA) } : {}),
    ...(whereB ? { where_b: expressions.ofWhere(whereB) } : {}),
  };
}

/** Whether a rule can ask people. */
function isAsking(kind: RuleKind): boolean {
  if (kind.kind === 'tools') return kind.action === 'require_approval';
  return kind.kind === 'escalate' || (kind.kind === 'limits' && ['escalate', 'pause'].includes(kind.on_exceed));
}

/** Who must say yes, where a rule can ask at all. What an escalation says itself stands for what its approval does not. */
function toApproval(source: RuleSource, kind: RuleKind): ApprovalIr | undefined {
  if (!isAsking(kind)) return undefined;
  const { to, timeout, on_timeout } = source.kind === 'escalate' ? source.body : {};
  const { approval: written = {} } = source;
  const { joint = [], k = 1, shape, max_uses, escalate_to } = written;
  const timeoutMs = written.timeout ?? timeout;
  return {
    ...{ from: written.from ?? to ?? [], k, joint, exclude_owner: written.exclude_owner ?? k + joint.length > 1 },
    timeout_s: timeoutMs === undefined ? DEFAULT_TIMEOUT_S : timeoutMs / 1_000,
    on_timeout: written.on_timeout ?? on_timeout ?? 'deny',
    grant: written.grant ?? 'call',
    ...(shape ? { shape } : {}),
    ...(max_uses === undefined ? {} : { max_uses }),
    ...(escalate_to ? { escalate_to } : {}),
  };
}
