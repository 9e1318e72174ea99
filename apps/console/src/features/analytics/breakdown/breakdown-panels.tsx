import { Link } from '@tanstack/react-router';
import type { AnalyticsScope } from '#console/api/queries/fleet/analytics.ts';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { type AnalyticsSearch, COST_GROUPS } from '../analytics-search.ts';
import { type BreakdownRow, BreakdownTable, COUNT, FIGURES, RUNS } from './breakdown-table.tsx';

const COST_NAMES = { agent: 'Agent', model: 'Model', task: 'Task', board: 'Board' };
const costChoices = COST_GROUPS.map((value) => ({ value, label: COST_NAMES[value] }));
const COST_FIGURES = [FIGURES.cost, FIGURES.tokens, FIGURES.cached];
const VERSION_FIGURES = [RUNS, FIGURES.errors, FIGURES.p50, FIGURES.p95, FIGURES.costPerRun, FIGURES.score];

interface BreakdownPanelsProps {
  scope: AnalyticsScope;
  search: AnalyticsSearch;
  onChange: (change: AnalyticsSearch) => void;
}

/** Where the money goes, what fails, and one version beside the other. */
export function BreakdownPanels({ scope, search: { cost = 'agent', model }, onChange }: BreakdownPanelsProps) {
  const isOfModels = cost === 'model' || cost === 'agent';
  return (
    <>
      <BreakdownTable
        title="Cost"
        scope={scope}
        asked={{ by: cost, sort: 'cost_usd', ...(isOfModels && model !== undefined && { model }) }}
        figures={cost === 'model' ? [COUNT, ...COST_FIGURES] : [RUNS, ...COST_FIGURES]}
        controls={
          <Segmented
            label="Cost by"
            choices={costChoices}
            value={cost}
            onChange={(next) => onChange({ cost: next === 'agent' ? undefined : next })}
          />
        }
        renderName={cost === 'agent' ? (row, name) => <AgentLink id={row.key} name={name} /> : undefined}
      />
      <BreakdownTable title="Errors" scope={scope} asked={{ by: 'error_type', sort: 'n' }} figures={[COUNT]} />
      <BreakdownTable
        title="Versions"
        scope={scope}
        asked={{ by: 'version', sort: 'n', limit: 20 }}
        figures={VERSION_FIGURES}
        renderName={(row, name) => <VersionChoice row={row} name={name} onChange={onChange} />}
        className="lg:col-span-2"
      />
    </>
  );
}

const isId = (key: string) => key.length === 36;

function AgentLink({ id, name }: { id: string; name: string }) {
  if (!isId(id)) return name;
  return (
    <Link to="/agents/$agentId" params={{ agentId: id }} className="hover:text-accent">
      {name}
    </Link>
  );
}

interface VersionChoiceProps {
  row: BreakdownRow;
  name: string;
  onChange: (change: AnalyticsSearch) => void;
}

/** Shows one version alone. */
function VersionChoice({ row, name, onChange }: VersionChoiceProps) {
  if (!isId(row.key)) return name;
  return (
    <button type="button" onClick={() => onChange({ version_id: row.key })} className="touch hover:text-accent">
      {name}
    </button>
  );
}
