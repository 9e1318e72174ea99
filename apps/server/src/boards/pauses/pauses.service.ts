import { releaseHeldMessages, sendMessages } from '#server/agents/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { listBoardListeners } from '../boards/audience.store.ts';
import { boardPaused, boardResumed } from '../boards/boards.events.ts';
import type { BoardRead } from '../boards/boards.schema.ts';
import { getBoard, lockExisting } from '../boards/boards.service.ts';
import { saveBoard } from '../boards/boards.store.ts';
import type { BoardCommand } from './commands.rules.ts';

const isDone = ({ paused_at }: BoardRead, command: BoardCommand) => (paused_at !== null) === (command === 'pause');

/**
 * Stops a board or lets it run again, and tells its agents; doing it twice changes nothing. While it is paused no agent
 * is woken or told of work, and none may move a task. Throws `board.not_found`.
 */
export function setPaused(ctx: Context, boardId: string, command: BoardCommand): Promise<BoardRead> {
  return inTransaction(ctx, async (tx) => {
    const board = await lockExisting(tx, boardId);
    return isDone(board, command) ? board : runCommand(tx, board, command);
  });
}

/** Does what a command says to a locked board, and passes it on to every agent of the board but the one who gave it. */
export async function runCommand(tx: TxContext, board: BoardRead, command: BoardCommand): Promise<BoardRead> {
  const after = isDone(board, command) ? board : await saveState(tx, board.id, command);
  const listeners = await listBoardListeners(tx, board.id);
  await sendMessages(
    tx,
    listeners
      .filter(({ id }) => id !== tx.actor.id)
      .map(({ id }) => ({ agentId: id, kind: `control.${command}`, data: {}, deliver: true })),
  );
  return after;
}

async function saveState(tx: TxContext, boardId: string, command: BoardCommand): Promise<BoardRead> {
  await saveBoard(tx, boardId, { paused_at: command === 'pause' ? tx.now() : null });
  const board = await getBoard(tx, boardId);
  await publish(tx, command === 'pause' ? boardPaused : boardResumed, { subjectId: boardId, boardId, data: { board } });
  if (command === 'resume') await releaseHeldMessages(tx, boardId);
  return board;
}
