import type { Caller } from '#server/platform/context.ts';
import type { EventRow } from '#server/platform/events/events.store.ts';

/** What a listener may read of its organization. */
export interface Reach {
  boards: 'all' | ReadonlySet<string>;
  groups: ReadonlySet<string>;
  /** Whether facts that are about no board are for it, too. */
  hasBoardless: boolean;
}

/** A caller, and what it may read of what it asked for. */
export interface Admission {
  actorId: string;
  caller: Caller;
  /** The board that it asked for, if one. */
  boardId: string | undefined;
  reach: Reach;
}

/** Whether what is about a group, a board, or neither may be read. */
export function isInReach({ boards, groups, hasBoardless }: Reach, boardId: string | null, groupId?: string): boolean {
  if (groupId !== undefined) return groups.has(groupId);
  if (boardId === null) return hasBoardless;
  return boards === 'all' || boards.has(boardId);
}

type AccessFact = Pick<EventRow, 'type' | 'subject_kind' | 'subject_id' | 'actor' | 'data'>;

/** Kinds of subjects whose facts can change what somebody may read, and for whom. */
const CONCERNS: Record<string, (fact: AccessFact, admission: Admission) => boolean> = {
  organization: ({ type }) => type.startsWith('organization.'),
  member: (fact, { caller }) => caller.kind === 'user' && caller.memberId === fact.subject_id,
  token: (fact, { caller }) => caller.kind === 'user' && fact.type !== 'token.created',
  service_key: isAbout,
  agent: isAbout,
  board: doesBoardConcern,
  board_group: ({ type }, { boardId }) => type !== 'board_group.updated' && boardId === undefined,
};

function isAbout({ subject_id }: AccessFact, { actorId }: Admission): boolean {
  return actorId === subject_id;
}

/** A board that goes, or goes to another group, changes which groups are readable; a new one is its maker's to read. */
function doesBoardConcern({ type, subject_id, actor, data }: AccessFact, { boardId, actorId }: Admission): boolean {
  if (boardId !== undefined) return boardId === subject_id;
  if (type === 'board.created') return actor.id === actorId;
  return type === 'board.deleted' || (type === 'board.updated' && changesGroup(data));
}

function changesGroup(data: unknown): boolean {
  const { changes } = data as { changes?: { field: string }[] };
  return changes?.some(({ field }) => field === 'board_group_id') ?? false;
}

/** Whether a fact may change what anybody may read. */
export const isAccessFact = ({ subject_kind }: AccessFact): boolean => Object.hasOwn(CONCERNS, subject_kind);

/** Whether a fact may change what a listener may read. */
export const mayChangeReach = (fact: AccessFact, admission: Admission): boolean =>
  CONCERNS[fact.subject_kind]?.(fact, admission) ?? false;
