import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AgentVersion } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { versionsQuery } from '#console/api/queries/fleet/agents.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { versionLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { Deployments } from './deployments.tsx';
import { ActivateButton, RollbackButton } from './move-dialog.tsx';
import { VersionDiff } from './version-diff.tsx';
import { VersionFigures } from './version-figures.tsx';

const route = getRouteApi('/frame/agents/$agentId/versions');

/** What the agent was, version by version, and what changed between any two. */
export function AgentVersions() {
  const { agentId } = route.useParams();
  const { from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(versionsQuery(agentId));
  const versions = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <SkeletonRows rows={5} />;
  if (list.isError && !list.data) {
    return (
      <Failed
        what="The versions could not be loaded"
        failure={toFailure(list.error)}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (versions.length === 0) {
    return (
      <Empty title="No version yet">
        <p>A version is made whenever an agent enrols with a manifest that it did not have before.</p>
      </Empty>
    );
  }
  const pair = pickPair(versions, from, to);
  const compare = (search: { from: string; to: string }) => void navigate({ search, replace: true });
  return (
    <div className="grid gap-4 px-4 py-4 sm:px-6 xl:grid-cols-[24rem_minmax(0,1fr)]">
      <div className="grid min-w-0 content-start gap-4">
        <Section
          title="Versions"
          aside={
            <>
              <Link
                to="/agents/$agentId/edit"
                params={{ agentId }}
                className="touch rounded px-2 text-sm text-fg-2 hover:text-accent hover:underline"
              >
                How they are deployed
              </Link>
              <RollbackButton agentId={agentId} versions={versions} />
            </>
          }
        >
          <Panel>
            <ul>
              {versions.map((version) => (
                <VersionRow key={version.id} version={version} versions={versions} pair={pair} onCompare={compare} />
              ))}
            </ul>
            {list.hasNextPage && (
              <div className="border-t p-2">
                <Button tone="ghost" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  Older versions
                </Button>
              </div>
            )}
          </Panel>
        </Section>
        <Deployments agentId={agentId} />
      </div>
      {pair ? <VersionDiff agentId={agentId} from={pair.from} to={pair.to} /> : <OnlyVersion />}
    </div>
  );
}

interface Pair {
  from: string;
  to: string;
}

/** The chosen two, else the newest against the one before it. */
function pickPair(
  versions: readonly AgentVersion[],
  from: string | undefined,
  to: string | undefined,
): Pair | undefined {
  if (from && to && from !== to) return { from, to };
  const [newest, before] = versions;
  return newest && before ? { from: before.id, to: newest.id } : undefined;
}

interface VersionRowProps {
  version: AgentVersion;
  versions: readonly AgentVersion[];
  pair: Pair | undefined;
  onCompare: (pair: Pair) => void;
}

function VersionRow({ version, versions, pair, onCompare }: VersionRowProps) {
  return (
    <li className="grid gap-1 border-b px-4 py-2.5 last:border-b-0">
      <div className="flex items-center gap-3">
        <span className="num font-medium">v{version.number}</span>
        <MarkedWord look={versionLooks[version.state]} className="text-sm text-fg-2" />
        <Ago at={version.created_at} className="ml-auto text-sm text-fg-3" />
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-fg-2">
        {version.label && (
          <span className="truncate">
            <ForeignText text={version.label} />
          </span>
        )}
        <span className="num">{plural(version.tools, 'tool')}</span>
        <Identifier id={version.content_hash} />
        <VersionFigures version={version} />
        {pair && (
          <span className="ml-auto flex gap-1">
            <ActivateButton version={version} versions={versions} />
            <Pick
              label="from"
              isOn={pair.from === version.id}
              isOff={pair.to === version.id}
              onPick={() => onCompare({ ...pair, from: version.id })}
            />
            <Pick
              label="to"
              isOn={pair.to === version.id}
              isOff={pair.from === version.id}
              onPick={() => onCompare({ ...pair, to: version.id })}
            />
          </span>
        )}
      </div>
    </li>
  );
}

function Pick({ label, isOn, isOff, onPick }: { label: string; isOn: boolean; isOff: boolean; onPick: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      disabled={isOff}
      onClick={onPick}
      className={cx(
        'touch h-5 rounded-sm px-1.5 text-xs disabled:opacity-30',
        isOn ? 'bg-accent text-accent-fg' : 'bg-sunken text-fg-2 hover:text-fg',
      )}
    >
      {label}
    </button>
  );
}

function OnlyVersion() {
  return (
    <Empty title="The first version">
      <p>When the agent enrols with another manifest, this place shows what changed: tools, stores, limits, prompts.</p>
    </Empty>
  );
}
