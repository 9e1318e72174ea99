import type { Skill } from '#console/api/contract.ts';
import { NONE, plural } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

interface SkillsTableProps {
  skills: readonly Skill[];
  onOpen: (skill: Skill) => void;
}

/** Skills and how many gateways have them. */
export function SkillsTable({ skills, onOpen }: SkillsTableProps) {
  const name = (skill: Skill) => <SkillName skill={skill} onOpen={onOpen} />;
  const columns: readonly Column<Skill>[] = [
    { id: 'name', header: 'Skill', track: 'minmax(150px, 1.2fr)', cell: name },
    {
      id: 'description',
      header: 'Description',
      track: 'minmax(120px, 2fr)',
      from: 760,
      cell: ({ description }) => (
        <span className="text-fg-2">
          <ForeignText text={description ?? NONE} />
        </span>
      ),
    },
    {
      id: 'category',
      header: 'Category',
      track: '110px',
      from: 560,
      cell: ({ category }) => <ForeignText text={category?.trim() || NONE} />,
    },
    { id: 'risk', header: 'Risk', track: '110px', cell: ({ risk }) => <Risk risk={risk} /> },
    {
      id: 'installed',
      header: 'Installed',
      track: '120px',
      align: 'end',
      cell: (skill) => <Installed skill={skill} />,
    },
  ];
  return (
    <DataTable
      label="Skills"
      rows={skills}
      rowKey={idOf}
      columns={columns}
      card={(skill) => (
        <div className="grid grid-cols-1 gap-1">
          {name(skill)}
          <p className="line-clamp-2 text-fg-2">
            <ForeignText text={skill.description ?? ''} />
          </p>
          <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
            <ForeignText text={skill.category?.trim() || 'no category'} />
            <Risk risk={skill.risk} />
            <Installed skill={skill} />
          </p>
        </div>
      )}
    />
  );
}

const idOf = ({ id }: Skill) => id;

function SkillName({ skill, onOpen }: { skill: Skill; onOpen: (skill: Skill) => void }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <button
        type="button"
        data-row-link
        onClick={() => onOpen(skill)}
        className="touch truncate text-left font-medium hover:text-accent"
      >
        <ForeignText text={skill.name} />
      </button>
      {skill.stale && (
        <Badge tone="warn" title="Its pack has it no more">
          stale
        </Badge>
      )}
    </span>
  );
}

const looks: Record<string, StateLook> = {
  low: { tone: 'ok', shape: 'dot', word: 'Low' },
  medium: { tone: 'warn', shape: 'half', word: 'Medium' },
  high: { tone: 'bad', shape: 'diamond', word: 'High' },
  critical: { tone: 'bad', shape: 'square', word: 'Critical' },
};

/** How risky its author calls it; words that we do not know are shown as they are. */
export function Risk({ risk }: { risk: string | null }) {
  const look = looks[risk?.trim().toLowerCase() ?? ''];
  if (look) return <MarkedWord look={look} />;
  return <ForeignText text={risk?.trim() || 'not said'} />;
}

function Installed({ skill: { gateway_ids } }: { skill: Skill }) {
  if (gateway_ids.length === 0) return <span className="text-fg-3">not installed</span>;
  return <span className="num">{plural(gateway_ids.length, 'gateway')}</span>;
}
