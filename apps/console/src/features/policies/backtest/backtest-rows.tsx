import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BacktestRow } from '#console/api/contract.ts';
import { toListState } from '#console/api/list-state.ts';
import { useItems } from '#console/api/pages.ts';
import { backtestRowsQuery } from '#console/api/queries/policies/backtests.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { verdictLooks } from '#console/ui/state/looks.ts';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';

const VIEWS = [
  { value: 'all', label: 'All', filters: {} },
  { value: 'flips', label: 'Flips', filters: { flips: true } },
  { value: 'succeeded', label: 'In runs that succeeded', filters: { succeeded: true } },
  { value: 'undecidable', label: 'Not to be told', filters: { verdict: 'undecidable' } },
] as const;
type View = (typeof VIEWS)[number]['value'];

const untold: StateLook = { tone: 'idle', shape: 'ring', word: 'Not to be told' };

/** The calls themselves, each with its run. */
export function BacktestRows({ id }: { id: string }) {
  const [view, setView] = useState<View>('all');
  const filters = VIEWS.find(({ value }) => value === view)?.filters ?? {};
  const list = useInfiniteQuery({ ...backtestRowsQuery(id, filters), placeholderData: keepPreviousData });
  const rows = useItems(list.data);
  return (
    <Section title="Calls">
      <div className="overflow-x-auto pb-2 [scrollbar-width:none]">
        <Segmented label="Which calls" choices={VIEWS} value={view} onChange={setView} />
      </div>
      <Panel>
        <ListStates
          state={toListState(list)}
          what="The calls could not be loaded"
          rows={4}
          isEmpty={rows.length === 0}
          empty={<p className="px-4 py-3 text-fg-2">None.</p>}
        >
          <ul>
            {rows.map((row) => (
              <Row key={`${row.run_id} ${row.seq} ${row.key}`} row={row} />
            ))}
          </ul>
        </ListStates>
        {list.hasNextPage && (
          <div className="border-t p-2">
            <Button tone="ghost" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              More
            </Button>
          </div>
        )}
      </Panel>
    </Section>
  );
}

function Row({ row }: { row: BacktestRow }) {
  const { run_id, seq, key, name, at, verdict, rule, failed, was, is_flip, run_status } = row;
  return (
    <li className="grid gap-0.5 border-b px-4 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <MarkedWord look={verdict === 'undecidable' ? untold : verdictLooks[verdict]} className="w-32" />
        <Link
          to="/runs/$runId"
          params={{ runId: run_id }}
          search={seq < 0 ? {} : { step: key }}
          className="font-mono text-sm hover:text-accent"
        >
          <ForeignText text={name} />
        </Link>
        {rule !== null && (
          <code className="font-mono text-sm text-fg-3">
            <ForeignText text={rule.replace(/^.*:/, '')} />
          </code>
        )}
        <span className="ml-auto flex items-center gap-3 text-sm text-fg-3">
          {is_flip && <span>was {verdictLooks[was].word.toLowerCase()}</span>}
          {run_status === 'ok' && <span>run succeeded</span>}
          <Ago at={at} />
        </span>
      </div>
      {failed.map((leaf) => (
        <p key={`${leaf.path} ${leaf.op}`} className="font-mono text-sm break-all text-fg-2 sm:pl-35">
          <ForeignText
            text={`${leaf.path} ${leaf.op} ${JSON.stringify(leaf.expected)}: ${JSON.stringify(leaf.actual) ?? 'missing'}`}
          />
        </p>
      ))}
    </li>
  );
}
