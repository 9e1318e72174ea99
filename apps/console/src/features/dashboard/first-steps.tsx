import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Board } from '#console/api/contract.ts';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { dashboardQuery } from '#console/api/queries/govern/dashboard.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { keepPreference, readPreference } from '#console/lib/browser/storage.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { hasTasks } from './figures.ts';

const PREFERENCE = 'first-steps';
const DONE = { tone: 'ok', shape: 'dot', word: 'Done' } as const;
const OPEN = { tone: 'idle', shape: 'ring', word: 'To do' } as const;

/** What a new organization does first; goes when all is done, or when it is put away. For admins. */
export function FirstSteps() {
  const [isAway, setAway] = useState(() => readPreference(PREFERENCE) === 'away');
  return isAway ? null : <Steps onAway={() => setAway(true)} />;
}

function Steps({ onAway }: { onAway: () => void }) {
  const gateways = useQuery(gatewaysQuery).data;
  const boards = useQuery(boardsQuery).data;
  const isWithBoards = boards !== undefined && boards.total > 0;
  const metrics = useQuery({ ...dashboardQuery({ range_key: '1y' }), enabled: isWithBoards }).data;
  if (!gateways || !boards || (isWithBoards && !metrics)) return null;
  const [board] = boards.items;
  const steps = [
    { name: 'Connect a gateway, or an agent of your own', isDone: gateways.total > 0, link: <ConnectLinks /> },
    { name: 'Create a board', isDone: boards.total > 0, link: <LinkButton to="/boards/new">Create</LinkButton> },
    {
      name: 'Say what the board is for, with an agent or by hand',
      isDone: boards.items.some(({ goal_confirmed, board_type }) => goal_confirmed || board_type !== 'goal'),
      link: board && <GoalLink board={board} />,
    },
    {
      name: 'Write the first task',
      isDone: metrics !== undefined && hasTasks(metrics),
      link: board && <BoardLink board={board} />,
    },
  ];
  if (steps.slice(1).every(({ isDone }) => isDone)) return null;
  const putAway = () => {
    keepPreference(PREFERENCE, 'away');
    onAway();
  };
  return (
    <Section
      title="First steps"
      className="px-4 pt-3 sm:px-6"
      aside={
        <Button tone="ghost" onClick={putAway}>
          Put away
        </Button>
      }
    >
      <Panel>
        <ol>
          {steps.map(({ name, isDone, link }) => (
            <li key={name} className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b px-4 py-2 last:border-b-0">
              <MarkedWord look={isDone ? DONE : OPEN} className="w-16" />
              <span className="min-w-0 flex-1 basis-40">{name}</span>
              {!isDone && link && <span className="flex flex-wrap gap-2">{link}</span>}
            </li>
          ))}
        </ol>
      </Panel>
    </Section>
  );
}

function ConnectLinks() {
  return (
    <>
      <LinkButton to="/gateways/new">Gateway</LinkButton>
      <LinkButton to="/keys">Own agent</LinkButton>
    </>
  );
}

function GoalLink({ board: { id, gateway_id } }: { board: Board }) {
  return (
    <LinkButton
      to="/boards/$boardId/edit"
      params={{ boardId: id }}
      search={gateway_id === null ? {} : { onboarding: 1 }}
    >
      Set the goal
    </LinkButton>
  );
}

function BoardLink({ board: { id } }: { board: Board }) {
  return (
    <LinkButton to="/boards/$boardId" params={{ boardId: id }} search={{}}>
      To the board
    </LinkButton>
  );
}
