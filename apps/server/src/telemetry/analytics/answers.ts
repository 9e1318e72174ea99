import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type {
  Breakdown,
  BreakdownQuery,
  Heatmap,
  HeatmapQuery,
  HistogramQuery,
  LatencyHistogram,
  Scope,
  Series,
  SeriesQuery,
} from './analytics.schema.ts';
import { findMarks, listBins, listNames, listTotals, type Question } from './analytics.store.ts';
import { toBreakdown } from './shaping/breakdown.rules.ts';
import { toAgentColumns, toBusiestAgents, toHeatRows } from './shaping/heatmap.rules.ts';
import { toLatency } from './shaping/latency.rules.ts';
import { toKinds, toPercentileLines, toShare, toSumLines } from './shaping/series.rules.ts';
import {
  countSteps,
  LONGEST_DAYS,
  type Reach,
  toColumnStepS,
  toLineStepS,
  toParts,
  toWindow,
  type Window,
} from './window.rules.ts';

const MAX_COLUMNS = 30;
type Key = Question['key'];
type Dim = Question['dim'];

/** Numbers over time, a line per group. */
export async function readSeries(ctx: Context, query: SeriesQuery): Promise<Series> {
  const { metric, group_by, limit } = query;
  const window = openWindow(ctx, query);
  const dim = toDim(group_by, metric === 'calls' || query.model !== undefined);
  const key: Key = dim !== 'all' && GROUPED_BY_VALUE.has(group_by) ? 'value' : toOwnerKey(group_by);
  const reach = toReach(query, key);
  const share = toShare(metric);
  const stepS = toLineStepS(window, {
    isSmall: isSmall(query, reach) && (!share || key === 'none'),
    isPlain: share === undefined,
  });
  const question = await ask(ctx, window, { dim, key, scope: query, reach, stepS });
  const shape = { steps: countSteps(window, stepS), limit };
  const totals = share === undefined ? await listTotals(ctx, question) : [];
  const lines =
    share === undefined
      ? toSumLines(group_by === 'token_kind' ? toKinds(totals) : totals, { ...shape, metric: toSummed(query) })
      : toPercentileLines(await listBins(ctx, question, 'dur_hist'), { ...shape, share });
  return {
    ...toRange(window, stepS),
    metric,
    groups: await addNames(ctx, group_by, lines),
    unpriced_tokens: totals.reduce((sum, { unpriced_tokens }) => sum + unpriced_tokens, 0),
  };
}

/** How durations are spread, and their percentiles, by key. */
export async function readHistogram(ctx: Context, query: HistogramQuery): Promise<LatencyHistogram> {
  const { of, split, limit } = query;
  const window = openWindow(ctx, query);
  const dim: Dim = of === 'run' ? 'all' : of === 'tool' ? 'tool' : split === 'prompt_size' ? 'model_bucket' : 'model';
  const key: Key =
    split === 'prompt_size' ? 'prompt_size' : split === 'model' || split === 'tool' ? 'value' : toOwnerKey(split);
  const reach = toReach(query, key);
  const question = await ask(ctx, window, { dim, key, scope: toCallScope(query, dim), reach });
  const bins = await listBins(ctx, question, of === 'first_token' ? 'ttft_hist' : 'dur_hist');
  const { edges_ms, groups } = toLatency(bins, limit);
  return { ...toRange(window), edges_ms, groups: await addNames(ctx, split, groups) };
}

/** Tools by time or by agent. */
export async function readHeatmap(ctx: Context, query: HeatmapQuery): Promise<Heatmap> {
  const window = openWindow(ctx, query);
  return query.x === 'time' ? readTimeColumns(ctx, window, query) : readAgentColumns(ctx, window, query);
}

async function readTimeColumns(ctx: Context, window: Window, query: HeatmapQuery): Promise<Heatmap> {
  const stepS = toColumnStepS(window);
  const reach = toReach(query, 'value');
  const question = await ask(ctx, window, { dim: 'tool', key: 'value', scope: query, reach, stepS });
  const totals = await listTotals(ctx, question);
  const bins = query.value === 'p95_ms' ? await listBins(ctx, question, 'dur_hist') : [];
  const columns = Array.from({ length: countSteps(window, stepS) }, (_, step) => ({
    key: new Date(window.from.getTime() + step * stepS * 1_000).toISOString(),
    name: null,
  }));
  return {
    ...toRange(window, stepS),
    columns,
    rows: toHeatRows(totals, bins, { columns: columns.length, value: query.value }),
  };
}

async function readAgentColumns(ctx: Context, window: Window, query: HeatmapQuery): Promise<Heatmap> {
  const question = await ask(ctx, window, { dim: 'tool', key: 'agent_value', scope: query, reach: 'agents' });
  const totals = await listTotals(ctx, question);
  const agents = toBusiestAgents(totals, MAX_COLUMNS);
  const narrowed = { ...question, scope: { ...query, agent_ids: agents } };
  const bins = query.value === 'p95_ms' ? await listBins(ctx, narrowed, 'dur_hist') : [];
  const cells = { columns: agents.length, value: query.value };
  return {
    ...toRange(window),
    columns: await addNames(
      ctx,
      'agent',
      agents.map((key) => ({ key })),
    ),
    rows: toHeatRows(toAgentColumns(totals, agents), toAgentColumns(bins, agents), cells),
  };
}

/** Sums and percentiles by key. */
export async function readBreakdown(ctx: Context, query: BreakdownQuery): Promise<Breakdown> {
  const { by, sort, limit } = query;
  const window = openWindow(ctx, query);
  const isOfRuns = by === 'task' || by === 'board';
  const dim: Dim = isOfRuns ? by : by === 'prompt_size' ? 'model_bucket' : toDim(by, query.model !== undefined);
  const key: Key = isOfRuns || GROUPED_BY_VALUE.has(by) ? 'value' : toOwnerKey(by);
  const reach = isOfRuns ? 'runs' : toReach(query, key);
  const question = await ask(ctx, window, { dim, key, scope: toCallScope(query, dim), reach });
  const totals = await listTotals(ctx, question);
  const shown = toBreakdown(totals, [], { sort, limit }).items.map((item) => item.key);
  const bins = isOfRuns || dim === 'error_type' ? [] : await listBins(ctx, question, 'dur_hist', shown);
  const { items, other } = toBreakdown(totals, bins, { sort, limit });
  const named = await addNames(ctx, by, items);
  return { ...toRange(window), items: named.map((item) => ({ agent_id: null, ...item })), other };
}

const GROUPED_BY_VALUE = new Set<string>(['model', 'tool', 'error_type']);

function openWindow({ now }: Context, range: Scope): Window {
  const window = toWindow(range, now());
  if (window) return window;
  throw new Problem('range.invalid', 422, `\`from\` must lie before \`to\`, and at most ${LONGEST_DAYS} days before.`);
}

/** The dimension that knows a group. Those of calls of models hold tokens and durations by model. */
function toDim(group: string, isOfModels: boolean): Dim {
  if (group === 'tool' || group === 'error_type') return group;
  return group === 'model' || isOfModels ? 'model' : 'all';
}

const toOwnerKey = (group: string): Key =>
  group === 'agent' || group === 'agent_type' || group === 'version' || group === 'prompt_size' ? group : 'none';

/** Rows without agents answer what neither asks for agents nor tells them apart. */
function toReach({ agent_id, agent_type, version_id, board_id }: Scope, key: Key): Reach {
  const isOwned = key === 'agent' || key === 'agent_type' || key === 'version';
  return isOwned || agent_id || agent_type || version_id || board_id ? 'agents' : 'fleet';
}

const isSmall = ({ agent_id, version_id }: Scope, reach: Reach): boolean =>
  reach === 'fleet' || agent_id !== undefined || version_id !== undefined;

/** A model narrows what is counted by model; tools, errors and runs know of none. */
const toCallScope = <T extends Scope & { model?: string | undefined }>(scope: T, dim: Dim): T =>
  dim === 'model' || dim === 'model_bucket' ? scope : { ...scope, model: undefined };

interface Asked extends Pick<Question, 'dim' | 'key' | 'scope'> {
  reach: Reach;
  /** Absent when the whole range is one sum. */
  stepS?: number;
}

async function ask(ctx: Context, window: Window, { reach, stepS, ...question }: Asked): Promise<Question> {
  const isByDay = window.grain === 'day' && (stepS === undefined || stepS === 86_400);
  const parts = toParts(window, reach, isByDay, await findMarks(ctx));
  return { ...question, parts, ...(stepS !== undefined && { steps: { from: window.from, stepS } }) };
}

const toSummed = ({ group_by, metric }: SeriesQuery): SeriesQuery['metric'] =>
  group_by === 'token_kind' ? 'tokens_input' : group_by === 'error_type' ? 'calls' : metric;

const toRange = ({ from, to }: Window, stepS = (to.getTime() - from.getTime()) / 1_000) => ({
  from: from.toISOString(),
  to: to.toISOString(),
  step_s: stepS,
});

const IDS = new Set(['agent', 'version', 'task', 'board']);

/** Adds what people call the keys; a key that is no id is its own name. */
async function addNames<T extends { key: string }>(ctx: Context, kind: string, groups: readonly T[]) {
  const keys = groups.map(({ key }) => key);
  const names = new Map((await listNames(ctx, kind, keys)).map((named) => [named.key, named]));
  return groups.map((group) => ({
    ...group,
    name: names.get(group.key)?.name ?? (IDS.has(kind) ? null : group.key),
    ...(kind === 'version' && { agent_id: names.get(group.key)?.agent_id ?? null }),
  }));
}
