import { useQuery } from '@tanstack/react-query';
import { Link, useMatches } from '@tanstack/react-router';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { runQuery } from '#console/api/queries/fleet/runs.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { policyQuery } from '#console/api/queries/policies/policies.ts';
import { boardQuery, boardSnapshotQuery, boardsQuery } from '#console/api/queries/work/boards.ts';
import { shortenMiddle } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { cx } from '#console/ui/class-names.ts';
import { allPages, navigation } from '../shell/navigation.ts';

/** The way here: group, page, thing. */
export function Breadcrumb() {
  const match = useMatches({ select: (matches) => matches.at(-1) });
  const path = match?.pathname ?? '/';
  const page = allPages.find(({ to }) => path === to || path.startsWith(`${to}/`));
  const group = navigation.find(({ pages }) => page !== undefined && pages.includes(page));
  const params: { agentId?: string; runId?: string; boardId?: string; gatewayId?: string; policyId?: string } =
    match?.params ?? {};
  if (!page) return <div className="flex-1" />;
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1.5 text-fg-3">
        <li className="hidden shrink-0 sm:block">{group?.label}</li>
        <li className="flex shrink-0 items-center gap-1.5">
          <Slash className="hidden sm:inline" />
          <Link to={page.to} className="text-fg-2 hover:text-fg">
            {page.label}
          </Link>
        </li>
        {params.agentId && <AgentCrumb id={params.agentId} />}
        {params.runId && <RunCrumb id={params.runId} />}
        {params.boardId && <BoardCrumb id={params.boardId} />}
        {params.gatewayId && <GatewayCrumb id={params.gatewayId} />}
        {params.policyId && <PolicyCrumb id={params.policyId} />}
      </ol>
    </nav>
  );
}

function Slash({ className }: { className?: string }) {
  return (
    <span aria-hidden className={cx('text-line-strong', className)}>
      /
    </span>
  );
}

function Crumb({ text }: { text: string }) {
  return (
    <li aria-current="page" className="flex min-w-0 items-center gap-1.5">
      <Slash />
      <span className="truncate font-medium text-fg">{text}</span>
    </li>
  );
}

function AgentCrumb({ id }: { id: string }) {
  const { data } = useQuery({ ...agentQuery(id), enabled: false });
  return <Crumb text={data ? toVisibleText(data.name) : shortenMiddle(id)} />;
}

function RunCrumb({ id }: { id: string }) {
  const { data } = useQuery({ ...runQuery(id), enabled: false });
  return <Crumb text={data?.name ? toVisibleText(data.name) : shortenMiddle(id)} />;
}

function BoardCrumb({ id }: { id: string }) {
  const listed = useQuery({ ...boardsQuery, enabled: false }).data?.items.find((board) => board.id === id);
  const name = useQuery({ ...boardQuery(id), enabled: false }).data?.name ?? listed?.name;
  const shown = useQuery({ ...boardSnapshotQuery(id), enabled: false }).data?.board.name ?? name;
  return <Crumb text={shown ? toVisibleText(shown) : shortenMiddle(id)} />;
}

function GatewayCrumb({ id }: { id: string }) {
  const { data } = useQuery({ ...gatewayQuery(id), enabled: false });
  return <Crumb text={data ? toVisibleText(data.name) : shortenMiddle(id)} />;
}

function PolicyCrumb({ id }: { id: string }) {
  const { data } = useQuery({ ...policyQuery(id), enabled: false });
  return <Crumb text={data?.name ?? shortenMiddle(id)} />;
}
