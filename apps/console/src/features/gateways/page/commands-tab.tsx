import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { gatewayCommandsQuery } from '#console/api/queries/gateways/gateways.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { SearchInput } from '#console/ui/control/field.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';

const route = getRouteApi('/frame/admins/gateways/$gatewayId/commands');

/** What the gateway can be asked and what it tells. */
export function CommandsTab() {
  const { gatewayId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(gatewayCommandsQuery(gatewayId));
  const [q, setQ] = useState('');
  if (isPending) return <SkeletonRows rows={8} />;
  if (!data)
    return <Failed what="The commands could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  const matches = (name: string) => name.toLowerCase().includes(q.trim().toLowerCase());
  return (
    <div className="grid gap-2 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchInput label="Method or event" value={q} onChange={setQ} className="w-56" />
        {data.negotiated_protocol !== null && (
          <span className="num text-fg-2">protocol {data.negotiated_protocol} is spoken</span>
        )}
      </div>
      <Names title="Methods" names={data.methods} matches={matches} />
      <Names title="Events" names={data.events} matches={matches} />
    </div>
  );
}

interface NamesProps {
  title: string;
  names: readonly string[];
  matches: (name: string) => boolean;
}

function Names({ title, names, matches }: NamesProps) {
  const shown = names.filter(matches);
  return (
    <Section
      title={title}
      aside={
        <span className="num">
          {shown.length === names.length ? formatCount(names.length) : `${shown.length} of ${names.length}`}
        </span>
      }
    >
      <Panel className="px-4 py-3">
        {shown.length === 0 ? (
          <p className="text-fg-2">None matches.</p>
        ) : (
          <ul className="gap-x-6 font-mono text-sm sm:columns-2 lg:columns-3 xl:columns-4">
            {shown.map((name) => (
              <li key={name} className="break-all">
                <ForeignText text={name} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Section>
  );
}
