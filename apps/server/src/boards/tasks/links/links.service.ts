import type { TxContext } from '#server/platform/context.ts';
import { checkValues } from '../../custom-fields/custom-fields.rules.ts';
import { lockBoardDefinitions } from '../../custom-fields/custom-fields.store.ts';
import { assertKnown, assertNotFrozen, assertNotSelf, dependencyCycle } from '../../dependencies/dependencies.rules.ts';
import {
  type Dependency,
  isAncestor,
  lockDependencies,
  saveDependencies,
} from '../../dependencies/dependencies.store.ts';
import type { Mover } from '../moves/actors.rules.ts';
import type { Changes } from '../moves/changes.rules.ts';
import type { BoardPlace } from '../moves/moves.store.ts';
import { assertAssignable } from '../moves/permissions.rules.ts';
import type { TaskRead } from '../tasks.schema.ts';
import type { TaskKey } from '../tasks.store.ts';
import { assertOnBoard, tagNotFound } from './links.rules.ts';
import { findAssignee, listUnknownTags, saveTags, saveValues } from './links.store.ts';

export type LinkChanges = Pick<
  Changes,
  'assigned_agent_id' | 'depends_on_task_ids' | 'tag_ids' | 'custom_field_values' | 'status'
>;

/** What stands behind the ids and keys of a change. */
export interface Links {
  /** Dependencies, as they are after the change, that are not done. */
  openDependencies: string[];
  /** By definition id; null takes a value away. */
  values: ReadonlyMap<string, unknown>;
}

const openOf = (dependencies: Dependency[]): string[] =>
  dependencies.filter(({ status }) => status !== 'done').map(({ id }) => id);

/**
 * Looks up what a change names, and holds it until the commit; `task` is undefined for a new one. Throws
 * `agent.not_found`, `task.assignee_other_board`, `task.lead_self_assign`, `tag.not_found`, `custom_field.…`,
 * `task.dependency_self`, `task.dependency_not_found`, `task.dependencies_frozen`, `task.dependency_cycle`.
 */
export async function checkLinks(
  tx: TxContext,
  { board, task, mover }: { board: BoardPlace; task: TaskRead | undefined; mover: Mover },
  changes: LinkChanges,
): Promise<Links> {
  if (changes.assigned_agent_id) {
    const assignee = await findAssignee(tx, changes.assigned_agent_id);
    assertOnBoard(changes.assigned_agent_id, assignee, board);
    assertAssignable(mover, assignee);
  }
  const openDependencies = await checkDependencies(tx, board.id, task, changes);
  const unknown = await listUnknownTags(tx, changes.tag_ids ?? []);
  if (unknown.length > 0) throw tagNotFound(unknown);
  return { openDependencies, values: await checkFields(tx, board.id, changes.custom_field_values, task === undefined) };
}

/** The caller holds the board's graph when dependencies of an existing task change. */
async function checkDependencies(
  tx: TxContext,
  boardId: string,
  task: TaskRead | undefined,
  { depends_on_task_ids: ids, status }: LinkChanges,
): Promise<string[]> {
  if (ids === undefined) {
    const leavesDone = task?.status === 'done' && status !== undefined;
    if (leavesDone) return openOf(await lockDependencies(tx, boardId, task.depends_on_task_ids));
    return task?.blocked_by_task_ids ?? [];
  }
  if (task) {
    assertNotSelf(task.id, ids);
    assertNotFrozen(task.status);
  }
  const dependencies = await lockDependencies(tx, boardId, ids);
  assertKnown(ids, dependencies);
  if (task && ids.length > 0 && (await isAncestor(tx, task.id, ids))) throw dependencyCycle();
  return openOf(dependencies);
}

async function checkFields(
  tx: TxContext,
  boardId: string,
  given: Record<string, unknown> | undefined,
  creating: boolean,
): Promise<ReadonlyMap<string, unknown>> {
  if (given === undefined) return new Map();
  return checkValues(await lockBoardDefinitions(tx, boardId), given, { creating });
}

/** Writes dependencies, tags and values; returns whether there was anything to write. */
export async function saveLinks(
  tx: TxContext,
  key: TaskKey,
  { depends_on_task_ids, tag_ids }: LinkChanges,
  { values }: Links,
): Promise<boolean> {
  if (depends_on_task_ids) await saveDependencies(tx, key, depends_on_task_ids);
  if (tag_ids) await saveTags(tx, key.taskId, tag_ids);
  if (values.size > 0) await saveValues(tx, key.taskId, values);
  return depends_on_task_ids !== undefined || tag_ids !== undefined || values.size > 0;
}
