import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseApprovalSearch } from '#console/features/approvals/approval-search.ts';
import { parseBoardSearch } from '#console/features/board/board-search.ts';
import { parseBoardsSearch } from '#console/features/boards/list/boards-search.ts';
import { parseEditSearch } from '#console/lib/edit-search.ts';
import type { RawSearch } from '#console/lib/search-params.ts';
import { frame } from './frame.ts';

const boards = createRoute({
  getParentRoute: () => frame,
  path: '/boards',
  validateSearch: parseBoardsSearch,
  component: lazyRouteComponent(() => import('#console/features/boards/list/boards-page.tsx'), 'BoardsPage'),
});

const boardNew = createRoute({
  getParentRoute: () => frame,
  path: '/boards/new',
  component: lazyRouteComponent(() => import('#console/features/boards/edit/new-board-page.tsx'), 'NewBoardPage'),
});

const board = createRoute({
  getParentRoute: () => frame,
  path: '/boards/$boardId',
  validateSearch: parseBoardSearch,
  component: lazyRouteComponent(() => import('#console/features/board/board-page.tsx'), 'BoardPage'),
});

const boardEdit = createRoute({
  getParentRoute: () => frame,
  path: '/boards/$boardId/edit',
  validateSearch: ({ onboarding }: RawSearch): { onboarding?: 1 } =>
    onboarding === 1 || onboarding === true ? { onboarding: 1 } : {},
  component: lazyRouteComponent(() => import('../frames/board-settings.tsx'), 'BoardSettings'),
});

const approvals = createRoute({
  getParentRoute: () => frame,
  path: '/approvals',
  validateSearch: parseApprovalSearch,
  component: lazyRouteComponent(() => import('#console/features/approvals/approvals-page.tsx'), 'ApprovalsPage'),
});

const boardApprovals = createRoute({
  getParentRoute: () => frame,
  path: '/boards/$boardId/approvals',
  validateSearch: parseApprovalSearch,
  component: lazyRouteComponent(
    () => import('#console/features/approvals/board-approvals-page.tsx'),
    'BoardApprovalsPage',
  ),
});

const groups = createRoute({
  getParentRoute: () => frame,
  path: '/board-groups',
  validateSearch: parseEditSearch,
  component: lazyRouteComponent(() => import('#console/features/groups/groups-page.tsx'), 'GroupsPage'),
});

const group = createRoute({
  getParentRoute: () => frame,
  path: '/board-groups/$groupId',
  component: lazyRouteComponent(() => import('#console/features/groups/group-page.tsx'), 'GroupPage'),
});

const customFields = createRoute({
  getParentRoute: () => frame,
  path: '/custom-fields',
  validateSearch: parseEditSearch,
  component: lazyRouteComponent(
    () => import('#console/features/custom-fields/custom-fields-page.tsx'),
    'CustomFieldsPage',
  ),
});

/** People and agents who share work. */
export const workPages = [
  boards,
  boardNew,
  board,
  boardEdit,
  approvals,
  boardApprovals,
  groups,
  group,
  customFields,
] as const;
