import type { ActivityFilters } from '#console/api/queries/govern/activity.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const ACTORS = ['user', 'agent', 'webhook', 'system'] as const;
export type ActorKind = (typeof ACTORS)[number];

/** The filters, and the event that a link leads to. */
export interface ActivitySearch extends ActivityFilters {
  eventId?: string | undefined;
}

export const parseActivitySearch = (search: RawSearch): ActivitySearch =>
  compact({
    board_id: parseText(search.board_id),
    event_type: parseText(search.event_type),
    actor_kind: parseChoice(search.actor_kind, ACTORS),
    eventId: parseText(search.eventId),
  });
