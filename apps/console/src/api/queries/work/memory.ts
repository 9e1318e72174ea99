import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { byOffset } from '../../pages.ts';
import { memoryKeys } from '../work-keys.ts';

/** A board's chat or notes, newest first, by pages. */
export const boardMemoryQuery = (boardId: string, isChat: boolean) =>
  infiniteQueryOptions({
    queryKey: [...memoryKeys.board(boardId), isChat ? 'chat' : 'notes'],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/boards/{board_id}/memory', {
          signal,
          params: { path: { board_id: boardId }, query: { is_chat: isChat, limit: 50, offset: pageParam } },
        }),
      ),
    ...byOffset,
  });

/** Says something in a board's chat; `/pause` and `/resume` stop its agents and let them go on. */
export const sendChat = (boardId: string, content: string) =>
  read(
    api.POST('/api/v1/boards/{board_id}/memory', {
      params: { path: { board_id: boardId } },
      body: { content, tags: ['chat'] },
    }),
  );
