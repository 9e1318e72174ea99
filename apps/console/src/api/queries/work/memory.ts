import { api, read } from '../../client.ts';

/** Says something in a board's chat; `/pause` and `/resume` stop its agents and let them go on. */
export const sendChat = (boardId: string, content: string) =>
  read(
    api.POST('/api/v1/boards/{board_id}/memory', {
      params: { path: { board_id: boardId } },
      body: { content, tags: ['chat'] },
    }),
  );
