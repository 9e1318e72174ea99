import type { BreakerIr, Call, Ir, Rule } from '@mission-control/policy/evaluate';
import type { RecordedRun } from '../simulation/recorded.rules.ts';
import type { FindOpenBreakers } from '../simulation/simulate.rules.ts';
import type { FindBudget } from '../simulation/usage.rules.ts';
import { createBreaker, type OpenTime } from './breakers.rules.ts';
import type { Reader } from './rows.store.ts';
import type { Recording } from './trees.store.ts';
import { type AgentMinute, fetchAgentMinutes, listPassedBounds, type PassedBound } from './windows.store.ts';

const MINUTE_MS = 60_000;
const WINDOW_MS = { agent_hour: 60 * MINUTE_MS, agent_day: 1_440 * MINUTE_MS };

interface Asked {
  recording: Recording;
  ir: Ir;
  agentIds: readonly string[];
}

const refOf = ({ policy: { name, version } }: Ir, { id }: Rule): string => `${name}@${version}:${id}`;

/** Reads what agents had used of hours and days: known to the minute, so a bound holds from the next one on. */
export async function readBudgets(client: Reader, { recording, ir, agentIds }: Asked): Promise<FindBudget> {
  const passed = new Map<string, { per: keyof typeof WINDOW_MS; bounds: Map<string, PassedBound[]> }>();
  for (const rule of ir.rules) {
    if (rule.kind !== 'limits' || (rule.per !== 'agent_hour' && rule.per !== 'agent_day')) continue;
    const bounds = new Map<string, PassedBound[]>();
    const limit = { ...rule, per: rule.per };
    for (const bound of await listPassedBounds(client, recording, { agentIds, limit })) {
      const key = `${bound.agent_id} ${bound.window_ms}`;
      bounds.set(key, [...(bounds.get(key) ?? []), bound]);
    }
    passed.set(refOf(ir, rule), { per: rule.per, bounds });
  }
  return (ref, agentId, atMs) => {
    const found = passed.get(ref);
    if (!found) return undefined;
    const windowMs = atMs - (atMs % WINDOW_MS[found.per]);
    return found.bounds.get(`${agentId} ${windowMs}`)?.findLast(({ minute_ms }) => minute_ms + MINUTE_MS <= atMs);
  };
}

interface OpenRule {
  ref: string;
  rule: BreakerIr;
  times: ReadonlyMap<string, readonly OpenTime[]>;
}

/** Reads when the breakers of a policy would have been open; undefined when it has none. */
export async function readBreakers(client: Reader, asked: Asked): Promise<FindOpenBreakers | undefined> {
  const rules: OpenRule[] = [];
  for (const rule of asked.ir.rules)
    if (rule.kind === 'breaker')
      rules.push({ ref: refOf(asked.ir, rule), rule, times: await readOpenTimes(client, asked, rule) });
  if (rules.length === 0) return undefined;
  return (run, call, atMs) => {
    const open = rules.filter(({ rule, times }) => isOpenFor(rule, times, { run, call, atMs }));
    return open.length === 0 ? undefined : new Set(open.map(({ ref }) => ref));
  };
}

/** A pause lets runs finish that had begun. */
function isOpenFor(
  { scope, action }: BreakerIr,
  times: OpenRule['times'],
  { run, call, atMs }: { run: RecordedRun; call: Call; atMs: number },
): boolean {
  if (action === 'block_tool' && call.kind !== 'tool') return false;
  const at = action === 'block_tool' ? atMs : run.startedMs;
  const key = toKey(scope, { agent_id: run.agentId, version_id: run.versionId, tool: call.name });
  return times.get(key)?.some(({ fromMs, toMs }) => at >= fromMs && at < toMs) ?? false;
}

type Place = { agent_id: string | null } & Pick<AgentMinute, 'version_id' | 'tool'>;

const toKey = (scope: BreakerIr['scope'], { agent_id, version_id, tool }: Place): string => {
  if (scope === 'agent') return String(agent_id);
  return `${agent_id} ${scope === 'tool' ? tool : version_id}`;
};

async function readOpenTimes(
  client: Reader,
  { recording, agentIds }: Asked,
  rule: BreakerIr,
): Promise<Map<string, readonly OpenTime[]>> {
  const times = new Map<string, readonly OpenTime[]>();
  let current: { key: string; breaker: ReturnType<typeof createBreaker> } | undefined;
  for await (const minutes of fetchAgentMinutes(client, recording, { agentIds, by: rule.scope })) {
    for (const minute of minutes) {
      const key = toKey(rule.scope, minute);
      if (current?.key !== key) current = { key, breaker: createBreaker(rule) };
      current.breaker.add(minute);
      if (current.breaker.opened.length > 0) times.set(key, current.breaker.opened);
    }
  }
  return times;
}
