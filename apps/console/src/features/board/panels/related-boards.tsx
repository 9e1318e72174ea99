import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { siblingsQuery } from '#console/api/queries/work/boards.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Section } from '#console/ui/layout/page.tsx';

/** The other boards of the group, whose work the agents here see. */
export function RelatedBoards({ boardId }: { boardId: string }) {
  const { group, boards } = useQuery(siblingsQuery(boardId)).data ?? { group: null, boards: [] };
  if (!group || boards.length === 0) return null;
  return (
    <Section
      title="Related boards"
      aside={
        <Link to="/board-groups/$groupId" params={{ groupId: group.id }} className="text-accent hover:underline">
          <ForeignText text={group.name} />
        </Link>
      }
    >
      <ul>
        {boards.map(({ board, task_counts: { done: _done, ...open } }) => (
          <li key={board.id} className="flex items-center gap-3 border-b py-1.5 last:border-b-0">
            <Link
              to="/boards/$boardId"
              params={{ boardId: board.id }}
              search={{}}
              className="touch flex min-w-0 items-center truncate hover:text-accent"
            >
              <ForeignText text={board.name} />
            </Link>
            <span className="num ml-auto text-sm text-fg-3">
              {formatCount(Object.values(open).reduce((sum, n) => sum + n, 0))} open
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
