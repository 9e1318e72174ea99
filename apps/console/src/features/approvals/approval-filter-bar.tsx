import { useQuery } from '@tanstack/react-query';
import type { Approval, Board } from '#console/api/contract.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import type { APPROVAL_KINDS, APPROVAL_STATES, ApprovalSearch } from './approval-search.ts';

const states = [
  { value: 'pending', label: 'Waiting' },
  { value: 'mine', label: 'For you' },
  { value: 'approved', label: 'Approved' },
  { value: 'rejected', label: 'Rejected' },
] as const satisfies readonly { value: (typeof APPROVAL_STATES)[number]; label: string }[];

const confidences = [
  { value: 'low', label: 'under 50%' },
  { value: 'medium', label: '50 to 80%' },
  { value: 'high', label: '80% and more' },
] as const;

const kinds = [
  { value: 'board', label: 'of boards' },
  { value: 'policy', label: 'of policies' },
  { value: 'gateway_exec', label: 'of gateways' },
  { value: 'change', label: 'of changes' },
] as const satisfies readonly { value: (typeof APPROVAL_KINDS)[number]; label: string }[];

interface ApprovalFilterBarProps {
  search: ApprovalSearch;
  boards: readonly Board[];
  /** Those in sight: their actions can be chosen. */
  approvals: readonly Approval[];
  /** Whether only one board's are listed. */
  isOnBoard: boolean;
  onChange: (change: ApprovalSearch) => void;
}

/** Which approvals are listed. */
export function ApprovalFilterBar({ search, boards, approvals, isOnBoard, onChange }: ApprovalFilterBarProps) {
  const groups = useQuery(boardGroupsQuery).data?.items ?? [];
  const [typed, setTyped] = useTyped(search.q ?? '', (q) => onChange({ q: q || undefined }));
  const actions = new Set([
    ...approvals.map(({ action_type }) => action_type),
    ...(search.action_type ? [search.action_type] : []),
  ]);
  return (
    <FilterBar>
      <Segmented
        label="State"
        choices={states}
        value={search.status ?? 'pending'}
        onChange={(next) => onChange({ status: next === 'pending' ? undefined : next, id: undefined })}
      />
      {!isOnBoard && (
        <ChoiceMenu
          label="Board"
          choices={boards.map(({ id, name }) => ({ value: id, label: toVisibleText(name) }))}
          value={search.board_id}
          onChange={(board_id) => onChange({ board_id })}
        />
      )}
      {!isOnBoard && groups.length > 0 && (
        <ChoiceMenu
          label="Group"
          choices={groups.map(({ id, name }) => ({ value: id, label: toVisibleText(name) }))}
          value={search.group_id}
          onChange={(group_id) => onChange({ group_id })}
        />
      )}
      <ChoiceMenu label="Kind" choices={kinds} value={search.kind} onChange={(kind) => onChange({ kind })} />
      <ChoiceMenu
        label="Action"
        choices={[...actions].sort().map((value) => ({ value, label: toVisibleText(value) }))}
        value={search.action_type}
        onChange={(action_type) => onChange({ action_type })}
      />
      <ChoiceMenu
        label="Confidence"
        choices={confidences}
        value={search.confidence}
        onChange={(confidence) => onChange({ confidence })}
      />
      <SearchInput label="Action or reason" value={typed} onChange={setTyped} className="w-48 shrink-0" />
    </FilterBar>
  );
}
