import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { policyKeys } from '#console/api/queries/govern-keys.ts';
import { createPolicy } from '#console/api/queries/policies/policies.ts';
import { useIsPhone } from '#console/lib/browser/media.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { ExplainPanel } from '../explain/explain-panel.tsx';
import { Workbench } from '../source/workbench.tsx';
import { SaveBar } from './save-bar.tsx';
import { findTemplate, type Template, templates } from './templates.ts';
import { useDraft } from './use-draft.ts';
import { useLint } from './use-lint.ts';

const route = getRouteApi('/frame/admins/policies/new');

/** A policy from a template; another template is another text. */
export function NewPolicyPage() {
  const template = findTemplate(route.useSearch().template);
  return <NewPolicy key={template.id} template={template} />;
}

function NewPolicy({ template }: { template: Template }) {
  const navigate = route.useNavigate();
  const draft = useDraft(`new.${template.id}`, { version: 0, source: template.source });
  const { findings, tests, agentsInScope, isSound, error } = useLint(draft.text);
  const isPhone = useIsPhone();
  const create = useCreate(draft.text, async (policyId) => {
    draft.drop();
    await navigate({ to: '/policies/$policyId', params: { policyId } });
  });
  return (
    <div className="flex min-h-full flex-col lg:h-full">
      <PageHead
        title="New policy"
        actions={
          <>
            <Select
              aria-label="Begin with"
              className="w-52 max-w-full"
              value={template.id}
              onChange={(event) => void navigate({ search: { template: event.target.value }, replace: true })}
            >
              {templates.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </Select>
            <Button tone="primary" disabled={!isSound} isBusy={create.isPending} onClick={() => create.mutate()}>
              Save as version 1
            </Button>
          </>
        }
      />
      <SaveBar error={create.error ?? error} isChanged={draft.isChanged} onDiscard={draft.drop} />
      <Workbench
        text={draft.text}
        onChange={draft.setText}
        isReadOnly={isPhone}
        findings={findings}
        tests={tests}
        agentsInScope={agentsInScope}
        panels={[
          { id: 'explain', label: 'Explain', content: () => <ExplainPanel source={draft.text} isSound={isSound} /> },
        ]}
      />
    </div>
  );
}

function useCreate(source: string, onCreated: (policyId: string) => Promise<void>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => createPolicy(source),
    onSuccess: async (policy) => {
      queryClient.setQueryData(policyKeys.detail(policy.id), policy);
      void queryClient.invalidateQueries({ queryKey: policyKeys.all });
      toast.done(`${policy.name} is saved. It holds once it is activated.`);
      await onCreated(policy.id);
    },
  });
}
