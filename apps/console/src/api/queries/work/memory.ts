import { api, read } from '../../client.ts';

/** Says something in a board's chat; `/pause` and `/resume` stop its agents and let them go on. */
export const sendChat = (boardId: string, content: string) =>
  read(
    api.POST('/api/v1/boards/{board_id}/memory', {
      params: { path: { board_id: boardId } },
      body: { content, tags: ['chat'] },
    }),
  );

const CHAT_PAGE = 100;

/** A page of a board's chat, newest first. */
export const listChat = (boardId: string, offset: number) =>
  read(
    api.GET('/api/v1/boards/{board_id}/memory', {
      params: { path: { board_id: boardId }, query: { is_chat: true, limit: CHAT_PAGE, offset } },
    }),
  );
