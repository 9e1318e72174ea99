import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Kanban, ScrollText, SquareCheck } from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { runsQuery } from '#console/api/queries/fleet/runs.ts';
import { policiesQuery } from '#console/api/queries/policies/policies.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { tasksQuery } from '#console/api/queries/work/tasks.ts';
import { shortenMiddle } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Ago } from '#console/ui/data/time.tsx';
import { useModal } from '#console/ui/overlay/dialog.tsx';
import { healthLooks, runLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { allPages } from '../shell/navigation.ts';

const SHOWN = 7;

const matches = (text: string, q: string) => text.toLowerCase().includes(q.toLowerCase());

/** Finds any board, task, agent, policy, run or page by a few letters. */
export default function SearchDialog({ onClose }: { onClose: () => void }) {
  const ref = useModal(onClose);
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const agents = useInfiniteQuery({ ...agentsQuery(q ? { q } : {}), placeholderData: keepPreviousData });
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const runs = useInfiniteQuery({
    ...runsQuery(q ? { q } : {}),
    placeholderData: keepPreviousData,
    enabled: isAdmin,
  });
  const boards = (useQuery(boardsQuery).data?.items ?? []).filter(({ name }) => matches(name, q)).slice(0, SHOWN);
  const tasks = useQuery({ ...tasksQuery(q), enabled: q !== '', placeholderData: keepPreviousData }).data?.items ?? [];
  const pages = allPages.filter(({ label }) => matches(label, q));
  const go = (open: () => Promise<void>) => () => {
    onClose();
    void open();
  };
  return (
    <dialog
      ref={ref}
      aria-label="Search"
      className="mx-auto mt-[12vh] w-[calc(100vw-2rem)] max-w-xl animate-appear overflow-hidden rounded-lg bg-surface p-0 shadow-overlay"
    >
      <Command shouldFilter={false} label="Search" loop>
        <Command.Input
          data-autofocus
          value={typed}
          onValueChange={setTyped}
          placeholder="Find a board, a task, an agent, a policy, a run or a page"
          className="h-12 w-full border-b bg-transparent px-4 text-lg outline-none"
        />
        <Command.List className="max-h-[min(26rem,60vh)] overflow-y-auto p-1.5">
          <Command.Empty className="px-3 py-8 text-center text-fg-3">
            {agents.isPending || (isAdmin && runs.isPending) ? 'Searching…' : 'Nothing found.'}
          </Command.Empty>
          <Group heading="Pages" isShown={pages.length > 0}>
            {pages.map(({ to, label, icon: Icon }) => (
              <Item key={to} value={to} onSelect={go(() => navigate({ to }))}>
                <Icon aria-hidden size={14} className="text-fg-3" />
                {label}
              </Item>
            ))}
          </Group>
          <Group heading="Boards" isShown={boards.length > 0}>
            {boards.map((board) => (
              <Item
                key={board.id}
                value={board.id}
                onSelect={go(() => navigate({ to: '/boards/$boardId', params: { boardId: board.id }, search: {} }))}
              >
                <Kanban aria-hidden size={14} className="text-fg-3" />
                <span className="truncate">{toVisibleText(board.name)}</span>
              </Item>
            ))}
          </Group>
          <Group heading="Tasks" isShown={q !== '' && tasks.length > 0}>
            {tasks.map((task) => (
              <Item
                key={task.id}
                value={task.id}
                onSelect={go(() =>
                  navigate({ to: '/boards/$boardId', params: { boardId: task.board_id }, search: { taskId: task.id } }),
                )}
              >
                <SquareCheck aria-hidden size={14} className="text-fg-3" />
                <span className="truncate">{toVisibleText(task.title)}</span>
              </Item>
            ))}
          </Group>
          <Group heading="Agents" isShown={(agents.data?.pages[0]?.items.length ?? 0) > 0}>
            {agents.data?.pages[0]?.items.slice(0, SHOWN).map((agent) => (
              <Item
                key={agent.id}
                value={agent.id}
                onSelect={go(() => navigate({ to: '/agents/$agentId', params: { agentId: agent.id } }))}
              >
                <Mark look={healthLooks[agent.health]} label={healthLooks[agent.health].word} />
                <span className="truncate">{toVisibleText(agent.name)}</span>
                <span className="ml-auto truncate font-mono text-sm text-fg-3">{agent.slug}</span>
              </Item>
            ))}
          </Group>
          <PolicyGroup q={q} go={go} />
          <Group heading="Runs" isShown={(runs.data?.pages[0]?.items.length ?? 0) > 0}>
            {runs.data?.pages[0]?.items.slice(0, SHOWN).map((run) => (
              <Item
                key={run.id}
                value={run.id}
                onSelect={go(() => navigate({ to: '/runs/$runId', params: { runId: run.id }, search: {} }))}
              >
                <Mark look={runLooks[run.status]} label={runLooks[run.status].word} />
                <span className="truncate">{toVisibleText(run.name ?? 'Unnamed run')}</span>
                <span className="hidden truncate text-fg-3 sm:inline">{run.agent_slug}</span>
                <span className="ml-auto hidden font-mono text-sm text-fg-3 sm:inline">{shortenMiddle(run.id)}</span>
                <Ago
                  at={run.started_at}
                  className="ml-auto shrink-0 text-right text-sm whitespace-nowrap text-fg-3 sm:ml-0 sm:w-16"
                />
              </Item>
            ))}
          </Group>
        </Command.List>
      </Command>
    </dialog>
  );
}

function PolicyGroup({ q, go }: { q: string; go: (open: () => Promise<void>) => () => void }) {
  const navigate = useNavigate();
  const list = useInfiniteQuery({ ...policiesQuery(q ? { q } : {}), placeholderData: keepPreviousData });
  const policies = list.data?.pages[0]?.items.slice(0, SHOWN) ?? [];
  return (
    <Group heading="Policies" isShown={policies.length > 0}>
      {policies.map(({ id, name }) => (
        <Item
          key={id}
          value={id}
          onSelect={go(() => navigate({ to: '/policies/$policyId', params: { policyId: id }, search: {} }))}
        >
          <ScrollText aria-hidden size={14} className="text-fg-3" />
          <span className="truncate">{name}</span>
        </Item>
      ))}
    </Group>
  );
}

function Group({ heading, isShown, children }: { heading: string; isShown: boolean; children: ReactNode }) {
  if (!isShown) return null;
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-fg-3"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  value: string;
  onSelect: () => void;
  children: ReactNode;
}

function Item({ value, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="touch flex h-8 items-center gap-2.5 rounded px-2.5 data-[selected=true]:bg-sunken"
    >
      {children}
    </Command.Item>
  );
}
