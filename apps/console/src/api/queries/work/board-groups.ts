import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { byOffset } from '../../pages.ts';
import { groupKeys, memoryKeys } from '../work-keys.ts';

const LIMIT = 200;

/** The groups that the caller reads, by name. At most 200. */
export const boardGroupsQuery = queryOptions({
  queryKey: groupKeys.lists,
  queryFn: ({ signal }) => read(api.GET('/api/v1/board-groups', { signal, params: { query: { limit: LIMIT } } })),
});

const ONE = '/api/v1/board-groups/{group_id}';
const pathOf = (groupId: string) => ({ path: { group_id: groupId } });

export const boardGroupQuery = (groupId: string) =>
  queryOptions({
    queryKey: groupKeys.detail(groupId),
    queryFn: ({ signal }) => read(api.GET(ONE, { signal, params: pathOf(groupId) })),
  });

/** The boards of a group with their counts and next tasks. */
export const groupSnapshotQuery = (groupId: string, isWithDone: boolean) =>
  queryOptions({
    queryKey: [...groupKeys.snapshots, groupId, isWithDone],
    queryFn: ({ signal }) => {
      const query = { include_done: isWithDone, per_board_task_limit: 5 };
      return read(api.GET(`${ONE}/snapshot`, { signal, params: { ...pathOf(groupId), query } }));
    },
  });

export interface GroupInput {
  name: string;
  description: string | null;
}

export const createBoardGroup = (body: GroupInput) =>
  read(api.POST('/api/v1/board-groups', { body: { ...body, slug: '' } }));

export const updateBoardGroup = (groupId: string, body: GroupInput) =>
  read(api.PATCH(ONE, { params: pathOf(groupId), body }));

export const deleteBoardGroup = (groupId: string) => read(api.DELETE(ONE, { params: pathOf(groupId) }));

export interface GroupPace {
  /** `off`, or an interval such as `10m`. */
  every: string;
  include_board_leads: boolean;
}

/** What one pace for a group would cost, and whose scheduled turns it would stop. For admins. */
export const groupPaceEffectQuery = (groupId: string, query: GroupPace) =>
  queryOptions({
    queryKey: ['board-groups', 'pace', groupId, query] as const,
    queryFn: ({ signal }) =>
      read(api.GET(`${ONE}/heartbeat/estimate`, { signal, params: { ...pathOf(groupId), query } })),
  });

/** Gives the agents of a group's boards one pace of scheduled turns. */
export const applyPace = (groupId: string, body: GroupPace) =>
  read(api.POST(`${ONE}/heartbeat`, { params: pathOf(groupId), body }));

/** A group's chat or notes, newest first, by pages. */
export const groupMemoryQuery = (groupId: string) =>
  infiniteQueryOptions({
    queryKey: memoryKeys.group(groupId),
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET(`${ONE}/memory`, { signal, params: { ...pathOf(groupId), query: { limit: 50, offset: pageParam } } }),
      ),
    ...byOffset,
  });

export interface GroupMessage {
  content: string;
  /** Kept for whoever looks later, and no part of the chat. */
  isNote: boolean;
  /** Reaches every agent of the group's boards. */
  isBroadcast: boolean;
}

/** Says something in a group, or notes it. */
export const sendToGroup = (groupId: string, { content, isNote, isBroadcast }: GroupMessage) =>
  read(
    api.POST(`${ONE}/memory`, {
      params: pathOf(groupId),
      body: { content, tags: [...(isNote ? [] : ['chat']), ...(isBroadcast ? ['broadcast'] : [])] },
    }),
  );
