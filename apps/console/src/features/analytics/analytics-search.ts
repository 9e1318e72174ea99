import type { AnalyticsScope } from '#console/api/queries/fleet/analytics.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

const HOURS = { '1h': 1, '6h': 6, '24h': 24, '3d': 72, '7d': 168, '30d': 720 };
export const RANGES = ['1h', '6h', '24h', '3d', '7d', '30d'] as const;
export const LINE_GROUPS = ['token_kind', 'agent', 'agent_type', 'model', 'version'] as const;
export const COST_GROUPS = ['agent', 'model', 'task', 'board'] as const;
export const LATENCY_VIEWS = ['run', 'prompt_size', 'model', 'version', 'tool'] as const;
export const HEAT_COLUMNS = ['time', 'agent'] as const;
export const HEAT_VALUES = ['calls', 'errors', 'p95_ms'] as const;

/** The range, whose figures, and how each panel splits them; what is left out is the first choice. */
export interface AnalyticsSearch extends Omit<AnalyticsScope, 'hours'> {
  /** 24 hours when left out. */
  range?: (typeof RANGES)[number] | undefined;
  model?: string | undefined;
  lines?: (typeof LINE_GROUPS)[number] | undefined;
  cost?: (typeof COST_GROUPS)[number] | undefined;
  latency?: (typeof LATENCY_VIEWS)[number] | undefined;
  x?: (typeof HEAT_COLUMNS)[number] | undefined;
  heat?: (typeof HEAT_VALUES)[number] | undefined;
}

export const parseAnalyticsSearch = (search: RawSearch): AnalyticsSearch =>
  compact({
    range: parseChoice(search.range, RANGES),
    agent_id: parseText(search.agent_id),
    agent_type: parseText(search.agent_type),
    version_id: parseText(search.version_id),
    board_id: parseText(search.board_id),
    model: parseText(search.model),
    lines: parseChoice(search.lines, LINE_GROUPS),
    cost: parseChoice(search.cost, COST_GROUPS),
    latency: parseChoice(search.latency, LATENCY_VIEWS),
    x: parseChoice(search.x, HEAT_COLUMNS),
    heat: parseChoice(search.heat, HEAT_VALUES),
  });

export const DEFAULT_RANGE = '24h';

export const toScope = ({ range, agent_id, agent_type, version_id, board_id }: AnalyticsSearch): AnalyticsScope =>
  compact({ hours: HOURS[range ?? DEFAULT_RANGE], agent_id, agent_type, version_id, board_id });
