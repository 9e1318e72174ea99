import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { deployTargetsQuery } from '#console/api/queries/govern/deploy-targets.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Check } from '#console/ui/control/check.tsx';
import { Field } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import type { AgentValues } from './agent-values.ts';

interface DeployFieldsProps {
  values: Pick<AgentValues, 'autoRollback' | 'deployTargetId'>;
  onChange: (change: Partial<AgentValues>) => void;
}

/** How versions of the agent are put into effect, and what happens when one turns out worse. */
export function DeployFields({ values, onChange }: DeployFieldsProps) {
  const targets = useQuery(deployTargetsQuery).data ?? [];
  return (
    <Section title="Versions">
      <div className="grid gap-4">
        <Check
          label="Roll back by itself"
          hint="Each new version is watched; when it turns out worse than the one before, that one is activated again."
          isChecked={values.autoRollback}
          onChange={(autoRollback) => onChange({ autoRollback })}
        />
        <Field
          label="Deploy target"
          hint={
            <>
              Makes the change where the agent runs, for versions that name no target of their own.{' '}
              <Link to="/deploy-targets" search={{}} className="text-accent hover:underline">
                All targets
              </Link>
            </>
          }
        >
          {(ids) => (
            <Select
              {...ids}
              value={values.deployTargetId}
              onChange={(event) => onChange({ deployTargetId: event.target.value })}
            >
              <option value="">None: its processes follow by themselves</option>
              {targets.map(({ id, name }) => (
                <option key={id} value={id}>
                  {toVisibleText(name)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </Section>
  );
}
