import type { Board } from '#console/api/contract.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import { ACTORS, type ActivitySearch, type ActorKind } from './activity-search.ts';

const KINDS = [
  'task.created',
  'task.updated',
  'task.status_changed',
  'task.comment',
  'task.comment_deleted',
  'task.deleted',
  'task.overdue',
  'approval.created',
  'approval.decided',
  'approval.resolved',
  'approval.expired',
  'agent.online',
  'agent.offline',
  'board.paused',
  'board.resumed',
  'webhook.received',
  'webhook.delivery_failed',
];

const kindChoices = KINDS.map((value) => ({ value, label: toWords(value) }));
const actorWords: Record<ActorKind, string> = {
  user: 'People',
  agent: 'Agents',
  webhook: 'Webhooks',
  system: 'The system',
};
const actorChoices = ACTORS.map((value) => ({ value, label: actorWords[value] }));

interface ActivityFilterBarProps {
  search: ActivitySearch;
  boards: readonly Board[];
  onChange: (change: ActivitySearch) => void;
  onClear: (() => void) | undefined;
}

/** Where, what and by whom. */
export function ActivityFilterBar({ search, boards, onChange, onClear }: ActivityFilterBarProps) {
  return (
    <FilterBar>
      <ChoiceMenu
        label="Board"
        choices={boards.map(({ id, name }) => ({ value: id, label: toVisibleText(name) }))}
        value={search.board_id}
        onChange={(board_id) => onChange({ board_id })}
      />
      <ChoiceMenu
        label="Kind"
        choices={withChosen(search.event_type)}
        value={search.event_type}
        onChange={(event_type) => onChange({ event_type })}
      />
      <ChoiceMenu
        label="By"
        choices={actorChoices}
        value={search.actor_kind}
        onChange={(actor_kind) => onChange({ actor_kind })}
      />
      {onClear && (
        <Button tone="ghost" onClick={onClear}>
          Clear
        </Button>
      )}
    </FilterBar>
  );
}

/** A kind that came with a link stands in the menu as well. */
const withChosen = (kind: string | undefined) =>
  kind === undefined || KINDS.includes(kind) ? kindChoices : [...kindChoices, { value: kind, label: toWords(kind) }];
