import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Violation } from '../../contract.ts';

/** Filters of the violation list. */
export interface ViolationFilters {
  state?: Violation['state'] | undefined;
  enforcement?: Violation['enforcement'] | undefined;
  agent_id?: string | undefined;
  run_id?: string | undefined;
  /** `policy:rule`, in whatever version. */
  rule?: string | undefined;
  code?: string | undefined;
  tool?: string | undefined;
}

const PAGE = 100;

export const violationKeys = {
  lists: ['violations', 'list'] as const,
  list: (filters: ViolationFilters) => ['violations', 'list', filters] as const,
  groups: ['violations', 'groups'] as const,
  detail: (id: string) => ['violations', 'detail', id] as const,
};

/** Violations, newest first, by pages. */
export const violationsQuery = (filters: ViolationFilters) =>
  infiniteQueryOptions({
    queryKey: violationKeys.list(filters),
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filters, limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/violations', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** Violations, newest first, by pages; equal ones (agent, rule, tool) within ten minutes are one row with their count. */
export const violationGroupsQuery = (filters: ViolationFilters) =>
  infiniteQueryOptions({
    queryKey: [...violationKeys.groups, filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filters, grouped: 'true' as const, limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/violations', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** One violation. */
export const violationQuery = (id: string) =>
  queryOptions({
    queryKey: violationKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/violations/{id}', { signal, params: { path: { id } } })),
  });

/** Moves a violation to another state, with a note, or says who looks after it. */
export const updateViolation = (
  id: string,
  change: { state?: Violation['state']; note?: string | null; assignee_user_id?: string | null },
) => read(api.PATCH('/api/v1/violations/{id}', { params: { path: { id } }, body: change }));

const AT_ONCE = 200;
const GROUP_MS = 600_000;

/** What the server counts as one row of the grouped list. */
type Grouped = Pick<Violation, 'agent_id' | 'code' | 'tool' | 'enforcement' | 'rule_ref' | 'ts'>;

/** What violations of one row have in common: who, what, and the ten minutes. */
export function toViolationGroup({ agent_id, code, tool, enforcement, rule_ref, ts }: Grouped) {
  const from = Math.floor(Date.parse(ts) / GROUP_MS) * GROUP_MS;
  return {
    ...{ agent_id, code, tool, enforcement },
    rule: rule_ref?.replace(/@\d+:/, ':') ?? null,
    from: new Date(from).toISOString(),
    to: new Date(from + GROUP_MS).toISOString(),
  };
}

/** The single violations of the row that this one belongs to, as far as the filters let them through. At most 200. */
export const violationsOfGroupQuery = (violation: Grouped, filters: ViolationFilters) => {
  const { tool, rule, ...group } = toViolationGroup(violation);
  return queryOptions({
    queryKey: [...violationKeys.groups, 'of', { ...group, tool, rule }, filters],
    queryFn: async ({ signal }) => {
      const query = { ...filters, ...group, tool: tool ?? undefined, rule: rule ?? undefined, limit: AT_ONCE };
      const page = await read(api.GET('/api/v1/violations', { signal, params: { query } }));
      return page.items.filter((other) => other.tool === tool && (other.rule_ref === null) === (rule === null));
    },
  });
};

/** Open violations like this one: the same agent, rule and tool. At most 200, newest first. */
export const equalViolationsQuery = ({ agent_id, code, tool }: Pick<Violation, 'agent_id' | 'code' | 'tool'>) =>
  queryOptions({
    queryKey: ['violations', 'equal', agent_id, code, tool],
    queryFn: async ({ signal }) => {
      const query = { agent_id, code, state: 'open' as const, limit: AT_ONCE };
      const page = await read(api.GET('/api/v1/violations', { signal, params: { query } }));
      return page.items.filter((violation) => violation.tool === tool);
    },
  });
