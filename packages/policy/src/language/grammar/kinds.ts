import { condition, where } from './constraints.ts';
import { duration, flag, listOf, located, number, object, oneOf, percent, type Shape, someOf, text } from './shapes.ts';

const pattern = located(text(258));
const patterns = someOf(pattern);

const AMOUNT = { min: 0 };
const COUNT = { min: 0, whole: true };

export const who = someOf(text(200));

export const approval = object({
  from: who,
  k: number({ min: 1, max: 20, whole: true }),
  joint: who,
  exclude_owner: flag,
  timeout: duration,
  on_timeout: oneOf('deny', 'allow', 'abort'),
  grant: oneOf('call', 'shape'),
  shape: listOf(text(200), 50),
  max_uses: number({ min: 1, max: 50, whole: true }),
  escalate_to: who,
});

export const tools = object({
  allow: patterns,
  match: patterns,
  deny: patterns,
  where,
  action: oneOf('block', 'require_approval', 'warn'),
});

export const limits = object(
  {
    per: oneOf('run', 'task', 'step', 'agent_hour', 'agent_day'),
    tokens: number(COUNT),
    cost_usd: number(AMOUNT),
    tool_calls: number(COUNT),
    llm_calls: number(COUNT),
    duration,
    warn_at: percent,
    on_exceed: oneOf('block', 'pause', 'escalate', 'warn'),
  },
  ['per', 'on_exceed'],
);

export const concurrency = object(
  {
    per: oneOf('agent', 'agent_type', 'board', 'org'),
    max: number({ min: 1, max: 100_000, whole: true }),
    on_full: oneOf('queue', 'reject'),
    queue_timeout: duration,
  },
  ['per', 'max', 'on_full'],
);

/** A share, a duration or a number: what it must be depends on `watch`, which the compiler knows. */
const over: Shape<{ unit: 'share' | 'ms' | 'count'; value: number }> = {
  schema: { anyOf: [percent.schema, duration.schema, { type: 'integer', minimum: 0 }] },
  read(value, report) {
    const found = value.kind === 'scalar' ? value.value : undefined;
    if (typeof found === 'number') return { unit: 'count', value: found };
    const isShare = typeof found === 'string' && found.endsWith('%');
    const read = (isShare ? percent : duration).read(value, report);
    return read === undefined ? undefined : { unit: isShare ? 'share' : 'ms', value: read };
  },
};

export const breaker = object(
  {
    watch: oneOf('error_rate', 'latency_p95', 'violations'),
    over: located(over),
    window: located(duration),
    min_calls: number({ min: 1, whole: true }),
    scope: oneOf('agent', 'agent_version', 'tool'),
    action: oneOf('pause', 'block_tool', 'route_version'),
    open_for: duration,
    half_open_probes: number({ min: 1, max: 100, whole: true }),
  },
  ['watch', 'over', 'window', 'scope', 'action'],
);

export const escalate = object(
  {
    when: condition,
    before: oneOf('tool', 'output', 'task_end'),
    to: who,
    timeout: duration,
    on_timeout: oneOf('deny', 'allow', 'abort'),
  },
  ['when', 'before', 'to'],
);

/** `require` before, or `forbid` after; `where_before` is about the call that comes first, `where_after` about the other. */
export const sequence = object({
  require: pattern,
  before: pattern,
  forbid: pattern,
  after: pattern,
  within: oneOf('run', 'task'),
  where_before: where,
  where_after: where,
});

export const data = object({ read: patterns, write: patterns, deny: patterns });

export const models = object({ allow: patterns, deny: patterns, max_output_tokens: number({ min: 1, whole: true }) });
