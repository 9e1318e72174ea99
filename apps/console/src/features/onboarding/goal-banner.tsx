import { useQuery } from '@tanstack/react-query';
import { boardQuery } from '#console/api/queries/work/boards.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { StatePill } from '#console/ui/state/mark.tsx';

const CONFIRMED = { tone: 'ok', shape: 'dot', word: 'Goal confirmed' } as const;
const OPEN = { tone: 'warn', shape: 'half', word: 'Goal not confirmed' } as const;

/** Whether the board knows its goal, and the way to set it up with an agent. */
export function GoalBanner({ boardId }: { boardId: string }) {
  const board = useQuery(boardQuery(boardId)).data;
  if (board?.board_type !== 'goal') return null;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b bg-sunken px-4 py-2.5 sm:px-6">
      <StatePill look={board.goal_confirmed ? CONFIRMED : OPEN} />
      <span className="min-w-0 flex-1 basis-64 break-words text-fg-2">
        <ForeignText text={board.objective ?? 'Nobody has said yet what is to be reached.'} />
      </span>
      {board.gateway_id !== null && (
        <LinkButton to="/boards/$boardId/edit" params={{ boardId }} search={{ onboarding: 1 }}>
          Set up with an agent
        </LinkButton>
      )}
    </div>
  );
}
