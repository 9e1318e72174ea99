import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const BOARD_VIEWS = ['board', 'list'] as const;
export const BOARD_PANELS = ['chat', 'feed', 'agents'] as const;
export const REVIEW_FILTERS = ['approval', 'lead', 'blocked'] as const;
/** The assignee of tasks that have none. */
export const NOBODY = 'nobody';
export const TASK_SORTS = ['-updated_at', '-created_at', 'due_at', 'priority', 'title'] as const;

/** What of a board is shown: all of it stands in the address. */
export interface BoardSearch {
  view?: (typeof BOARD_VIEWS)[number] | undefined;
  panel?: (typeof BOARD_PANELS)[number] | undefined;
  q?: string | undefined;
  assignee?: string | undefined;
  priority?: string | undefined;
  tag?: string | undefined;
  review?: (typeof REVIEW_FILTERS)[number] | undefined;
  /** The order of the list; that of the columns when left out. */
  sort?: (typeof TASK_SORTS)[number] | undefined;
  /** The task whose drawer is open, and the comment to scroll to. */
  taskId?: string | undefined;
  commentId?: string | undefined;
}

export const parseBoardSearch = (search: RawSearch): BoardSearch =>
  compact({
    view: parseChoice(search.view, BOARD_VIEWS),
    panel: parseChoice(search.panel, BOARD_PANELS),
    q: parseText(search.q),
    assignee: parseText(search.assignee),
    priority: parseText(search.priority),
    tag: parseText(search.tag),
    review: parseChoice(search.review, REVIEW_FILTERS),
    sort: parseChoice(search.sort, TASK_SORTS),
    taskId: parseText(search.taskId),
    commentId: parseText(search.commentId),
  });
