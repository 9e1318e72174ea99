import type { AuditFilters } from '#console/api/queries/govern/audit.ts';
import { parseDay } from '#console/lib/format/days.ts';
import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

/** The filters, and the entry whose detail is open. */
export interface AuditSearch extends AuditFilters {
  id?: string | undefined;
}

export const parseAuditSearch = (search: RawSearch): AuditSearch =>
  compact({
    action: parseText(search.action),
    agent: parseText(search.agent),
    user: parseText(search.user),
    from: parseDay(search.from),
    to: parseDay(search.to),
    id: parseText(search.id),
  });
