import { sendMessages } from '#server/agents/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { listBoardListeners, listGroupListeners } from '../boards/audience.store.ts';
import { lockExisting } from '../boards/boards.service.ts';
import { parseCommand } from '../pauses/commands.rules.ts';
import { runCommand } from '../pauses/pauses.service.ts';
import { planBoardChat, planGroupChat, type Saying } from './chat.rules.ts';
import { memoryCreated, memoryDeleted, memoryUpdated } from './memory.events.ts';
import { type BoardMemoryRead, CHAT, type MemoryCreate, type MemoryUpdate } from './memory.schema.ts';
import {
  canWriteOn,
  findCallerName,
  insertMemory,
  lockMemory,
  type MemoryOf,
  removeMemory,
  type Shelf,
  type ShelfKind,
  saveMemory,
} from './memory.store.ts';

/** Writes to a shelf. What is said in a chat is told to the agents concerned; `/pause` and `/resume` are obeyed. */
export const createMemory = <K extends ShelfKind>(
  ctx: Context,
  shelf: Shelf<K>,
  input: MemoryCreate,
): Promise<MemoryOf[K]> => inTransaction(ctx, (tx) => addMemory(tx, shelf, input));

/** Keeps a note on a board in the caller's transaction, for what came from outside. */
export const recordMemory = (tx: TxContext, boardId: string, note: MemoryCreate): Promise<BoardMemoryRead> =>
  addMemory(tx, { kind: 'board', id: boardId }, note);

async function addMemory<K extends ShelfKind>(
  tx: TxContext,
  shelf: Shelf<K>,
  { content, tags, source }: MemoryCreate,
): Promise<MemoryOf[K]> {
  const name = await findCallerName(tx);
  const isChat = tags?.includes(CHAT) ?? false;
  const memory = await insertMemory(tx, shelf, {
    id: newId(tx.now()),
    content,
    tags,
    source: source?.trim() || !isChat ? source : name,
    is_chat: isChat,
    user_id: tx.actor.kind === 'user' ? tx.actor.id : null,
    agent_id: tx.actor.kind === 'agent' ? tx.actor.id : null,
  });
  await publish(tx, memoryCreated, toFact(shelf, memory));
  const saying = { content, tags, authorId: tx.actor.id };
  if (shelf.kind === 'group') await tellGroup(tx, shelf.id, saying, name);
  else if (isChat) await tellBoard(tx, shelf.id, saying, name);
  return memory;
}

async function tellBoard(tx: TxContext, boardId: string, saying: Saying, sender: string): Promise<void> {
  const command = parseCommand(saying.content);
  if (command && mayCommand(tx)) {
    await runCommand(tx, await lockExisting(tx, boardId), command);
    return;
  }
  const tellings = planBoardChat(saying, await listBoardListeners(tx, boardId));
  await sendMessages(
    tx,
    tellings.map((telling) => ({ ...telling, data: { sender, text: saying.content } })),
  );
}

/** Commands are obeyed from those who may pause a board: people with write access, which they have here, and its lead. */
const mayCommand = ({ caller }: Context) => caller.kind !== 'agent' || caller.agentKind === 'lead';

async function tellGroup(tx: TxContext, groupId: string, saying: Saying, sender: string): Promise<void> {
  const tellings = planGroupChat(saying, await listGroupListeners(tx, groupId));
  await sendMessages(
    tx,
    tellings.map((telling) => ({ ...telling, data: { sender, text: saying.content } })),
  );
}

/** Changes a note. Throws `memory.not_found`, `memory.author_only`; what was said in a chat stays as it was said. */
export function updateMemory<K extends ShelfKind>(
  ctx: Context,
  shelf: Shelf<K>,
  id: string,
  { content, tags }: MemoryUpdate,
): Promise<MemoryOf[K]> {
  return inTransaction(ctx, async (tx) => {
    const stored = await lockOwn(tx, shelf, id);
    if (stored.is_chat)
      throw new Problem('request.invalid', 422, 'A chat message is not edited; delete it and write another.');
    const wanted = { content: content ?? stored.content, tags: tags === undefined ? stored.tags : tags };
    const isSame = wanted.content === stored.content && JSON.stringify(wanted.tags) === JSON.stringify(stored.tags);
    if (isSame) return stored;
    const memory = await saveMemory(tx, shelf, id, wanted);
    await publish(tx, memoryUpdated, toFact(shelf, memory));
    return memory;
  });
}

/** Deletes a note or a chat message. Throws `memory.not_found`, `memory.author_only`. */
export function deleteMemory(ctx: Context, shelf: Shelf, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const memory = await lockOwn(tx, shelf, id);
    await removeMemory(tx, shelf, id);
    await publish(tx, memoryDeleted, toFact(shelf, memory));
  });
}

/** A row that the caller wrote, or any for a person with write access. */
async function lockOwn<K extends ShelfKind>(tx: TxContext, shelf: Shelf<K>, id: string): Promise<MemoryOf[K]> {
  const memory = await lockMemory(tx, shelf, id);
  if (!memory) throw notFound('memory', id);
  const isAuthor = tx.actor.id === (tx.actor.kind === 'agent' ? memory.agent_id : memory.user_id);
  if (!isAuthor && !(tx.caller.kind === 'user' && (await canWriteOn(tx, shelf))))
    throw new Problem('memory.author_only', 403, 'Only its author, or a person with write access, may do this.');
  return memory;
}

const toFact = (shelf: Shelf, memory: MemoryOf[ShelfKind]) => ({
  subjectId: memory.id,
  boardId: shelf.kind === 'board' ? shelf.id : null,
  data: { memory },
});
