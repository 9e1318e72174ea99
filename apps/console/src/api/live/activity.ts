import type { InfiniteData } from '@tanstack/react-query';
import type { Activity } from '../contract.ts';
import type { OffsetPage } from '../pages.ts';
import type { ActivityFilters } from '../queries/govern/activity.ts';
import { activityKeys } from '../queries/work-keys.ts';
import type { Live } from './refresher.ts';

type ActivityPages = InfiniteData<OffsetPage<Activity>, number>;

/** Whether a line belongs to a list with these filters. */
export const isWanted = (line: Activity, { board_id, event_type, actor_kind }: ActivityFilters): boolean =>
  (board_id === undefined || line.board_id === board_id) &&
  (event_type === undefined || line.event_type === event_type) &&
  (actor_kind === undefined || line.actor.kind === actor_kind);

/** A list with a new line on top; what was loaded of the rest stands one further down on the server, too. */
export function putLine(list: ActivityPages, line: Activity): ActivityPages {
  if (list.pages.some(({ items }) => items.some(({ id }) => id === line.id))) return list;
  const pages = list.pages.map((page, index) => {
    const total = page.total + 1;
    return index === 0 ? { ...page, total, items: [line, ...page.items] } : { ...page, total, offset: page.offset + 1 };
  });
  return { ...list, pages };
}

/** Puts a new line of the history into every list on which it belongs; only what is on its way is asked for again. */
export function applyLine({ queryClient, refresh }: Live, line: Activity): void {
  for (const [key, list] of queryClient.getQueriesData<ActivityPages>({ queryKey: activityKeys.lists })) {
    const filters = key[2] as ActivityFilters; // as written by activityQuery
    if (!list) refresh(key);
    else if (isWanted(line, filters)) queryClient.setQueryData(key, putLine(list, line));
  }
  if (line.board_id !== null)
    queryClient.setQueryData<Activity[]>(activityKeys.feed(line.board_id), (lines) =>
      lines?.some(({ id }) => id === line.id) ? lines : lines && [line, ...lines.slice(0, -1)],
    );
}
