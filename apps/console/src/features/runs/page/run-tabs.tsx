import { Link } from '@tanstack/react-router';
import { TabBar, tabClass } from '#console/ui/layout/tabs.tsx';
import { RUN_TABS, type RunTab } from '../run-search.ts';

const labels: Record<RunTab, string> = {
  trace: 'Trace',
  reasoning: 'Reasoning',
  messages: 'Messages',
  decisions: 'Decisions',
  checkpoints: 'Checkpoints',
};

/** The views of a run; the keys 1 to 5 reach them. */
export function RunTabs({ runId }: { runId: string }) {
  return (
    <TabBar label="Views of this run">
      {RUN_TABS.map((tab, index) => (
        <Link
          key={tab}
          to="/runs/$runId"
          params={{ runId }}
          search={(before) => ({ ...before, tab: tab === 'trace' ? undefined : tab })}
          replace
          activeProps={{}}
          activeOptions={{ exact: true }}
          title={`${labels[tab]} (${index + 1})`}
          className={tabClass}
        >
          {labels[tab]}
        </Link>
      ))}
    </TabBar>
  );
}
