import type { BoardSnapshot } from '#console/api/contract.ts';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import type { BoardSearch } from '../board-search.ts';
import { TaskDrawer } from '../drawer/task-drawer.tsx';
import { AgentsPanel } from './agents-panel.tsx';
import { ChatPanel } from './chat-panel.tsx';
import { FeedPanel } from './feed-panel.tsx';

interface SidePanelProps {
  snapshot: BoardSnapshot;
  search: BoardSearch;
  onSearch: (change: BoardSearch) => void;
}

/** What is open beside the board: a task, or one of the board's panels. */
export function SidePanel({ snapshot, search, onSearch }: SidePanelProps) {
  const close = () => onSearch({ panel: undefined });
  if (search.taskId !== undefined)
    return (
      <TaskDrawer
        key={search.taskId}
        snapshot={snapshot}
        taskId={search.taskId}
        commentId={search.commentId}
        onClose={() => onSearch({ taskId: undefined, commentId: undefined })}
      />
    );
  if (search.panel === 'chat')
    return (
      <Drawer title="Chat" onClose={close}>
        <ChatPanel snapshot={snapshot} />
      </Drawer>
    );
  if (search.panel === 'feed')
    return (
      <Drawer title="Feed" onClose={close}>
        <FeedPanel boardId={snapshot.board.id} />
      </Drawer>
    );
  if (search.panel === 'agents')
    return (
      <Drawer title="Agents" onClose={close}>
        <AgentsPanel snapshot={snapshot} />
      </Drawer>
    );
  return null;
}
