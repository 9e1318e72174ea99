import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { BoardRead } from '../boards/boards.schema.ts';
import { BOARD_COMMANDS, type BoardCommand } from './commands.rules.ts';
import { setPaused } from './pauses.service.ts';

const SUMMARY: Record<BoardCommand, string> = {
  pause: 'Stop the work of agents on a board; people can go on.',
  resume: 'Let the agents of a board work again; what was held for them is sent.',
};

export function pausesRoutes(router: Router): void {
  for (const command of BOARD_COMMANDS)
    router.post(
      `/boards/:board_id/${command}`,
      {
        config: { access: 'board-work:lead' },
        schema: {
          operationId: `${command}Board`,
          tags: ['boards'],
          summary: SUMMARY[command],
          params: z.object({ board_id: z.uuid() }),
          response: { 200: BoardRead, ...problems(403, 404) },
        },
      },
      ({ ctx, params: { board_id } }) => setPaused(ctx, board_id, command),
    );
}
