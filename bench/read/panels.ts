/** One question of a page, asked for a fleet and narrower. */
export interface Panel {
  name: string;
  floorMs: number;
  targetMs: number;
  path: string;
}

const DAY_MS = 86_400_000;

const since = (days: number): string => `from=${new Date(Date.now() - days * DAY_MS).toISOString()}`;

const QUESTIONS: [string, string][] = [
  ['tokens_by_kind', 'series?metric=tokens&group_by=token_kind'],
  ['tokens_by_agent', 'series?metric=tokens&group_by=agent'],
  ['cost_by_model', 'series?metric=cost_usd&group_by=model'],
  ['latency_percentiles', 'series?metric=p95_ms'],
  ['latency_by_tool', 'series?metric=p95_ms&group_by=tool'],
  ['run_histogram', 'histogram?of=run'],
  ['latency_by_prompt', 'histogram?of=model&split=prompt_size'],
  ['tools_by_time', 'heatmap?x=time'],
  ['tools_by_time_p95', 'heatmap?x=time&value=p95_ms'],
  ['tools_by_agent', 'heatmap?x=agent'],
  ['cost_by_agent', 'breakdown?by=agent'],
  ['cost_by_task', 'breakdown?by=task'],
  ['cost_by_model_table', 'breakdown?by=model'],
  ['errors', 'breakdown?by=error_type&sort=errors'],
  ['versions', 'breakdown?by=version'],
];

/** Every panel of the page Analytics: over 1, 7 and 30 days of the fleet, 30 of one agent and of a quarter of the fleet. */
export function listPanels(days: number, agentId: string): Panel[] {
  const scopes: [string, string][] = [
    ['fleet_1d', since(1)],
    ['fleet_3d', since(2.9)],
    [`fleet_${days}d`, since(days)],
    [`agent_${days}d`, `${since(days)}&agent_id=${agentId}`],
    [`type_${days}d`, `${since(days)}&agent_type=type-1`],
  ];
  return scopes.flatMap(([scope, query]) =>
    QUESTIONS.map(([name, path]) => ({
      name: `${name}.${scope}`,
      path: `/telemetry/${path}&${query}`,
      floorMs: 200,
      targetMs: 100,
    })),
  );
}

/** P15: the run list, a line over a day, and a search in the text of errors. */
export const listReads = (agentId: string): Panel[] => [
  { name: 'run_list', path: '/runs?limit=50', floorMs: 200, targetMs: 80 },
  { name: 'run_list_of_agent', path: `/runs?limit=50&agent_id=${agentId}&status=error`, floorMs: 200, targetMs: 80 },
  { name: 'series_24h', path: `/telemetry/series?metric=runs&${since(1)}`, floorMs: 300, targetMs: 100 },
  { name: 'error_search', path: '/runs?limit=50&q=order%2019980%20did', floorMs: 500, targetMs: 200 },
  { name: 'error_search_none', path: '/runs?limit=50&q=no%20such%20text', floorMs: 500, targetMs: 200 },
];
