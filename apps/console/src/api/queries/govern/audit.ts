import { infiniteQueryOptions } from '@tanstack/react-query';
import { toDayEnd, toDayStart } from '#console/lib/format/days.ts';
import { compact } from '#console/lib/search-params.ts';
import { api, read } from '../../client.ts';

/** What the trail is narrowed to; `from` and `to` are days of the viewer's zone, both included. */
export interface AuditFilters {
  action?: string | undefined;
  agent?: string | undefined;
  user?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const PAGE = 100;

const toQuery = ({ from, to, ...rest }: AuditFilters) =>
  compact({ ...rest, from: from && toDayStart(from), to: to && toDayEnd(to) });

/** Entries, newest first, by pages. */
export const auditQuery = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...toQuery(filters), limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/audit', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** Recomputes the chain of hashes over the days of the filters. */
export const verifyAudit = ({ from, to }: AuditFilters) =>
  read(api.GET('/api/v1/audit/verify', { params: { query: toQuery({ from, to }) } }));

/** Where the filtered entries are downloaded. */
export const toAuditExport = (filters: AuditFilters, format: 'ndjson' | 'csv') =>
  `/api/v1/audit/export?${new URLSearchParams({ ...(toQuery(filters) as Record<string, string>), format })}`;
