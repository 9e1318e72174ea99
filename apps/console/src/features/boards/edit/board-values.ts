import type { Board } from '#console/api/contract.ts';
import type { BoardUpdate } from '#console/api/queries/work/boards.ts';
import { type Pair, toMap, toPairs } from '#console/lib/form/pairs.ts';
import { toDayEnd, toLocalDay } from '#console/lib/format/days.ts';
import { rebase } from '#console/lib/rebase.ts';

export const RULES = [
  {
    rule: 'require_approval_for_done',
    label: 'Approval before done',
    hint: 'A task can be done only with an approval of this round; it is used up by the move.',
  },
  {
    rule: 'require_review_before_done',
    label: 'Review before done',
    hint: 'A task goes to done from review only.',
  },
  {
    rule: 'comment_required_for_review',
    label: 'Comment for review',
    hint: 'Whoever moves a task to review says what was done. Leads are exempt.',
  },
  {
    rule: 'block_status_changes_with_pending_approval',
    label: 'No moves while an approval waits',
    hint: 'A task whose approval waits stays where it is.',
  },
  {
    rule: 'only_lead_can_change_status',
    label: 'Only the lead moves tasks',
    hint: 'Other agents may not change the status; people always may.',
  },
] as const;

type Rule = (typeof RULES)[number]['rule'];

/** What the form of a board holds. */
export interface BoardValues {
  name: string;
  description: string;
  groupId: string;
  gatewayId: string;
  boardType: string;
  objective: string;
  /** How one sees that it is reached. */
  metrics: Pair[];
  /** A local day, `2026-03-19`. */
  target: string;
  maxAgents: string;
  rules: Record<Rule, boolean>;
}

export const toBoardValues = (board: Board): BoardValues => ({
  name: board.name,
  description: board.description,
  groupId: board.board_group_id ?? '',
  gatewayId: board.gateway_id ?? '',
  boardType: board.board_type,
  objective: board.objective ?? '',
  metrics: toPairs(board.success_metrics),
  target: board.target_date === null ? '' : toLocalDay(new Date(board.target_date)),
  maxAgents: String(board.max_agents),
  rules: {
    require_approval_for_done: board.require_approval_for_done,
    require_review_before_done: board.require_review_before_done,
    comment_required_for_review: board.comment_required_for_review,
    block_status_changes_with_pending_approval: board.block_status_changes_with_pending_approval,
    only_lead_can_change_status: board.only_lead_can_change_status,
  },
});

const toBody = ({ name, description, groupId, boardType, objective, metrics, target, ...rest }: BoardValues) => ({
  name: name.trim(),
  description: description.trim(),
  board_group_id: groupId || null,
  gateway_id: rest.gatewayId || null,
  board_type: boardType.trim(),
  objective: objective.trim() || null,
  success_metrics: toMap(metrics),
  target_date: target === '' ? null : toDayEnd(target),
  max_agents: Number(rest.maxAgents),
  ...rest.rules,
});

/** Only what differs, with the version that was seen. */
export function toBoardChanges(board: Board, values: BoardValues): BoardUpdate {
  const before: Record<string, unknown> = toBody(toBoardValues(board));
  const changed = Object.entries(toBody(values)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  const isLeavingGateway = values.gatewayId === '' && board.gateway_id !== null;
  return {
    ...Object.fromEntries(changed),
    ...(isLeavingGateway && { without_gateway: true }), // the server asks whether that is meant
    version: board.version,
  };
}

/** What the form holds after someone else saved first: own edits stay, also one by one among the rules. */
export const rebaseBoard = (base: BoardValues, theirs: BoardValues, mine: BoardValues): BoardValues => ({
  ...rebase(base, theirs, mine),
  rules: rebase(base.rules, theirs.rules, mine.rules),
});
