import { canonicalJson } from '@mission-control/policy/canonical';
import { Problem } from '#server/platform/problem.ts';
import { toSnippet } from '#server/platform/text/snippet.rules.ts';
import type { BoardRead, BoardUpdate } from './boards.schema.ts';

/** What people change on a board. */
export type BoardField = Exclude<keyof BoardUpdate, 'version' | 'without_gateway'>;

/** New values of some fields. */
export type BoardChanges = Partial<Pick<BoardRead, BoardField>>;

/** What only an admin may change. */
const ADMIN_FIELDS: ReadonlySet<string> = new Set<BoardField>([
  'gateway_id',
  'board_group_id',
  'require_approval_for_done',
  'require_review_before_done',
  'comment_required_for_review',
  'block_status_changes_with_pending_approval',
  'only_lead_can_change_status',
  'max_agents',
]);

const GOAL_FIELDS: readonly BoardField[] = ['board_type', 'goal_confirmed', 'objective', 'success_metrics'];

/** The fields that a patch really changes: an unchanged value counts as not sent. */
export function findChanges(board: BoardRead, { version, without_gateway, ...patch }: BoardUpdate): BoardChanges {
  const values: BoardChanges = {
    ...patch,
    ...(without_gateway === true ? { gateway_id: null } : {}),
  };
  const changed = Object.entries(values).filter(
    ([field, value]) => value !== undefined && !isSame(field, board[field as BoardField], value),
  );
  return Object.fromEntries(changed);
}

function isSame(field: string, stored: unknown, sent: unknown): boolean {
  if (field === 'target_date' && typeof stored === 'string' && typeof sent === 'string')
    return Date.parse(stored) === Date.parse(sent);
  return stored === sent || canonicalJson(stored) === canonicalJson(sent);
}

/** What of a value is shown; the whole stands on the board. */
const MAX_SHOWN = 500;

/** A field's value before and after a change. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** The changes as people and agents read them: by field in alphabetical order, long values cut. */
export const toFieldChanges = (before: BoardRead, changes: BoardChanges): FieldChange[] =>
  Object.entries(changes)
    .map(([field, after]) => ({ field, before: shorten(before[field as BoardField]), after: shorten(after) }))
    .sort((a, b) => (a.field < b.field ? -1 : 1));

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return toSnippet(value, MAX_SHOWN);
  const json = JSON.stringify(value);
  return json.length <= MAX_SHOWN ? value : toSnippet(json, MAX_SHOWN);
}

/** Throws `board.admin_required` when one who is no admin changes the gateway, the group, a rule or max_agents. */
export function assertMayChange(changes: BoardChanges, isAdmin: boolean): void {
  const refused = Object.keys(changes).filter((field) => ADMIN_FIELDS.has(field));
  if (!isAdmin && refused.length > 0)
    throw new Problem('board.admin_required', 403, `Only an admin with write access may change ${refused.join(', ')}.`);
}

/** Throws `board.gateway_required` when a board loses its gateway without being told that it needs none. */
export function assertGatewayGiven({
  gateway_id,
  without_gateway,
}: Pick<BoardUpdate, 'gateway_id' | 'without_gateway'>) {
  if (gateway_id === null && without_gateway !== true)
    throw new Problem('board.gateway_required', 422, 'Name a gateway_id, or send without_gateway: true.');
  if (gateway_id && without_gateway === true)
    throw new Problem('request.invalid', 422, 'Send either gateway_id or without_gateway: true.');
}

type GoalState = Pick<BoardRead, 'board_type' | 'objective' | 'success_metrics'>;

/** Throws `board.goal_incomplete` unless a goal board says what it is after and how that is measured. */
export function assertGoalComplete({ board_type, objective, success_metrics }: GoalState): void {
  const isComplete = (objective ?? '').trim() !== '' && Object.keys(success_metrics ?? {}).length > 0;
  if (board_type === 'goal' && !isComplete)
    throw new Problem('board.goal_incomplete', 422, 'A goal board needs an objective and success_metrics.');
}

/** The goal rule for a change: it holds for confirmed goals and for a board that becomes one of type goal. */
export function assertGoalAfter(board: BoardRead, changes: BoardChanges): void {
  const touched = GOAL_FIELDS.some((field) => field in changes);
  const after = { ...board, ...changes };
  if (touched && (after.goal_confirmed || changes.board_type === 'goal')) assertGoalComplete(after);
}

/** `base`, `base-2`, `base-3`, … without those that are taken. */
export function* listFreeSlugs(base: string, taken: ReadonlySet<string>): Generator<string> {
  for (let n = 1; ; n++) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(slug)) yield slug;
  }
}
