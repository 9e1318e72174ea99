import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { historyQuery } from '#console/api/queries/work/comments.ts';
import { customFieldsQuery } from '#console/api/queries/work/custom-fields.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { DueText } from '../due-text.tsx';
import { listFields } from '../form/field-codec.ts';
import { type Status, statusWords } from '../moves/gates.ts';
import { Comments } from './comments.tsx';
import { FieldValue } from './field-value.tsx';
import { LinkedApprovals } from './linked-approvals.tsx';
import { AssigneeField, PriorityField, StatusField, useQuickChange } from './quick-fields.tsx';
import { TaskRuns } from './task-runs.tsx';

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
      <TaskRuns taskId={task.id} />
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
  const change = useQuickChange(task);
  const definitions = useQuery(customFieldsQuery).data ?? [];
  const fields = listFields(definitions, snapshot.board.id)
    .map((field) => ({ ...field, value: task.custom_field_values[field.field_key] }))
    .filter(({ value, ui_visibility }) => ui_visibility === 'always' || (value !== undefined && value !== null));
  return (
    <Facts
      facts={[
        ['Status', <StatusField key="status" task={task} onChange={change} />],
        ['Assignee', <AssigneeField key="who" task={task} agents={snapshot.agents} onChange={change} />],
        ['Priority', <PriorityField key="priority" task={task} onChange={change} />],
        ['Due', task.due_at === null ? NONE : <DueText key="due" at={task.due_at} />],
        ['Tags', task.tags.length === 0 ? NONE : task.tags.map(({ name }) => name).join(', ')],
        ['Waits for', <TaskLinks key="deps" ids={task.depends_on_task_ids} snapshot={snapshot} />],
        ...fields.map(
          ({ id, label, field_type, value }) =>
            [toVisibleText(label), <FieldValue key={id} type={field_type} value={value} />] as const,
        ),
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
