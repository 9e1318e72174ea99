import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { historyQuery } from '#console/api/queries/work/comments.ts';
import { customFieldsQuery } from '#console/api/queries/work/custom-fields.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { approvalLook } from '#console/ui/approval/approval-look.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { DueText } from '../due-text.tsx';
import { type Status, statusWords } from '../moves/gates.ts';
import { Comments } from './comments.tsx';

interface TaskDetailProps {
  task: TaskCard;
  snapshot: BoardSnapshot;
  commentId: string | undefined;
}

/** A task's text, facts, dependencies, approvals, history and comments. */
export function TaskDetail({ task, snapshot, commentId }: TaskDetailProps) {
  return (
    <div className="grid gap-4 px-5 py-4">
      {task.is_blocked && <BlockedBanner task={task} snapshot={snapshot} />}
      {task.description ? <Markdown text={task.description} /> : <p className="text-fg-3">No description.</p>}
      <TaskFacts task={task} snapshot={snapshot} />
      <LinkedApprovals task={task} snapshot={snapshot} />
      <Comments task={task} snapshot={snapshot} commentId={commentId} />
      <History task={task} />
    </div>
  );
}

function TaskLink({ boardId, taskId, title }: { boardId: string; taskId: string; title: string }) {
  return (
    <Link
      to="/boards/$boardId"
      params={{ boardId }}
      search={(before) => ({ ...before, taskId })}
      className="text-accent hover:underline"
    >
      <ForeignText text={title} />
    </Link>
  );
}

function TaskLinks({ ids, snapshot }: { ids: readonly string[]; snapshot: BoardSnapshot }) {
  if (ids.length === 0) return <>{NONE}</>;
  const titles = new Map(snapshot.tasks.map(({ id, title }) => [id, title]));
  return (
    <ul>
      {ids.map((id) => (
        <li key={id}>
          <TaskLink boardId={snapshot.board.id} taskId={id} title={titles.get(id) ?? id} />
        </li>
      ))}
    </ul>
  );
}

function BlockedBanner({ task, snapshot }: { task: TaskCard; snapshot: BoardSnapshot }) {
  return (
    <div className="rounded border border-bad bg-bad-soft px-3 py-2">
      <p className="font-medium">Blocked until these are done:</p>
      <TaskLinks ids={task.blocked_by_task_ids} snapshot={snapshot} />
    </div>
  );
}

function TaskFacts({ task, snapshot }: { task: TaskCard; snapshot: BoardSnapshot }) {
  const definitions = useQuery(customFieldsQuery).data ?? [];
  const fields = definitions
    .filter(({ board_ids, ui_visibility }) => board_ids.includes(snapshot.board.id) && ui_visibility !== 'hidden')
    .map(({ label, field_key, ui_visibility }) => ({
      label,
      ui_visibility,
      value: task.custom_field_values[field_key],
    }))
    .filter(({ value, ui_visibility }) => ui_visibility === 'always' || (value !== undefined && value !== null));
  return (
    <Facts
      facts={[
        ['Status', statusWords[task.status]],
        ['Assignee', task.assignee === null ? 'Nobody' : <ForeignText key="who" text={task.assignee} />],
        ['Priority', task.priority],
        ['Due', task.due_at === null ? NONE : <DueText key="due" at={task.due_at} />],
        ['Tags', task.tags.length === 0 ? NONE : task.tags.map(({ name }) => name).join(', ')],
        ['Waits for', <TaskLinks key="deps" ids={task.depends_on_task_ids} snapshot={snapshot} />],
        ...fields.map(({ label, value }) => [label, <FieldValue key={label} value={value} />] as const),
        ['Created', <Ago key="created" at={task.created_at} />],
        [
          'Round',
          <span key="cycle" className="num">
            {task.cycle}
          </span>,
        ],
      ]}
    />
  );
}

function FieldValue({ value }: { value: unknown }) {
  if (value === undefined || value === null) return <>{NONE}</>;
  return <ForeignText text={typeof value === 'string' ? value : JSON.stringify(value)} />;
}

function LinkedApprovals({ task, snapshot }: { task: TaskCard; snapshot: BoardSnapshot }) {
  const linked = snapshot.approvals.filter(({ task_ids }) => task_ids.includes(task.id));
  if (linked.length === 0) return null;
  return (
    <Section title="Approvals">
      <ul className="grid gap-1">
        {linked.map((approval) => (
          <li key={approval.id} className="flex items-center gap-3">
            <MarkedWord look={approvalLook(approval)} />
            <Link
              to="/boards/$boardId/approvals"
              params={{ boardId: approval.board_id }}
              search={{ id: `${approval.board_id}.${approval.id}` }}
              className="min-w-0 truncate text-accent hover:underline"
            >
              <ForeignText text={approval.action_type} />
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function History({ task }: { task: TaskCard }) {
  const changes = useQuery(historyQuery({ boardId: task.board_id, taskId: task.id })).data?.items ?? [];
  if (changes.length === 0) return null;
  const word = (status: string) => statusWords[status as Status] ?? status;
  return (
    <Section title="History">
      <ol className="grid gap-1">
        {changes.map((change) => (
          <li key={change.id} className="flex items-baseline gap-3">
            <span>
              {change.from_status === null ? 'Created in' : `${word(change.from_status)} →`} {word(change.to_status)}
            </span>
            <span className="min-w-0 truncate text-fg-2">
              <ForeignText text={change.actor.name ?? change.actor.kind} />
            </span>
            <Ago at={change.at} className="ml-auto shrink-0 text-sm text-fg-3" />
          </li>
        ))}
      </ol>
    </Section>
  );
}
