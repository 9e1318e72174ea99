import type { AdoptionPlan } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { Mark } from '#console/ui/state/mark.tsx';

const actions = { keep: 'stays as it is', append: 'our block is added', create: 'is made' } as const;

/** What adopting an agent changes on its gateway, file by file. */
export function AdoptionPlanView({ plan }: { plan: AdoptionPlan }) {
  const isUntouched = plan.files.every(({ action }) => action === 'keep') && isEmpty(plan.config_changes);
  return (
    <div className="grid gap-4">
      {isUntouched && (
        <p className="flex items-baseline gap-2.5">
          <Mark look={{ tone: 'ok', shape: 'dot', word: 'Untouched' }} />
          Nothing is written on the gateway.
        </p>
      )}
      {plan.warnings.map((warning) => (
        <p key={warning} className="flex items-baseline gap-2.5 rounded border border-warn bg-warn-soft px-3 py-2">
          <Mark look={{ tone: 'warn', shape: 'half', word: 'Warning' }} label="Warning" />
          <ForeignText text={warning} />
        </p>
      ))}
      <Facts
        facts={[
          ['Agent', <ForeignText key="name" text={plan.name} />],
          ['On the gateway', <Mono key="id" text={plan.gateway_agent_id} />],
          ['Workspace', plan.workspace === null ? NONE : <Mono key="workspace" text={plan.workspace} />],
          ['Session', <Mono key="session" text={plan.session_key} />],
        ]}
      />
      {plan.files.length > 0 && (
        <Section title="Files">
          <ul className="grid gap-2">
            {plan.files.map((file) => (
              <FileChange key={file.name} file={file} />
            ))}
          </ul>
        </Section>
      )}
      {!isEmpty(plan.config_changes) && (
        <Section title="Configuration of the gateway">
          <JsonTree value={plan.config_changes} label="Configuration of the gateway" />
        </Section>
      )}
    </div>
  );
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);

function Mono({ text }: { text: string }) {
  return (
    <span className="font-mono text-sm break-all">
      <ForeignText text={text} />
    </span>
  );
}

function FileChange({ file: { name, action, diff } }: { file: AdoptionPlan['files'][number] }) {
  return (
    <li className="grid gap-1.5">
      <p className="flex items-center gap-2">
        <Mono text={name} />
        <Badge tone={action === 'keep' ? 'plain' : 'warn'}>{actions[action]}</Badge>
      </p>
      {diff !== '' && (
        <div className="max-h-64 overflow-auto rounded border bg-bg py-1 font-mono text-sm">
          {diff.split('\n').map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an immutable text
            <p key={index} className={cx('px-3 break-words whitespace-pre-wrap', groundOf(line))}>
              <ForeignText text={line} />
            </p>
          ))}
        </div>
      )}
    </li>
  );
}

function groundOf(line: string): string {
  if (line.startsWith('@@') || line.startsWith('+++') || line.startsWith('---')) return 'text-fg-3';
  return line.startsWith('+') ? 'bg-ok-soft' : line.startsWith('-') ? 'bg-bad-soft' : 'text-fg-2';
}
