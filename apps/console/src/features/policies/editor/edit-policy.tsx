import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyDetail } from '#console/api/contract.ts';
import { hasStatus } from '#console/api/problem.ts';
import { policyKeys } from '#console/api/queries/govern-keys.ts';
import { policyQuery, updatePolicy } from '#console/api/queries/policies/policies.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { useIsPhone } from '#console/lib/browser/media.ts';
import { Button } from '#console/ui/control/button.tsx';
import { TextInput } from '#console/ui/control/field.tsx';
import { TextDiff } from '#console/ui/data/text-diff.tsx';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { ExplainPanel } from '../explain/explain-panel.tsx';
import { findRuleLine } from '../list/rule-name.ts';
import { Workbench } from '../source/workbench.tsx';
import { SaveBar } from './save-bar.tsx';
import { SourceConflict } from './source-conflict.tsx';
import { TryDraft } from './try-draft.tsx';
import { useDraft } from './use-draft.ts';
import { useLint } from './use-lint.ts';

const route = getRouteApi('/frame/policies/$policyId/');

/** The text of the latest version, and the next one in the making. */
export function EditPolicy() {
  const { policyId } = route.useParams();
  const { rule } = route.useSearch();
  const { data: policy } = useQuery(policyQuery(policyId));
  return policy ? <Editor key={policy.id} policy={policy} rule={rule} /> : <SkeletonRows rows={8} />;
}

function Editor({ policy, rule }: { policy: PolicyDetail; rule: string | undefined }) {
  const draft = useDraft(policy.id, { version: policy.latest_version, source: policy.source });
  const { findings, tests, agentsInScope, isSound, error } = useLint(draft.text);
  const save = useSave(policy, draft.drop);
  const [note, setNote] = useState('');
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const isPhone = useIsPhone();
  const isReadOnly = isPhone || !isAdmin || policy.archived_at !== null;
  const send = () => save.mutate({ source: draft.text, note: note.trim() || null });
  return (
    <>
      {draft.isBehind ? (
        <SourceConflict
          theirs={policy}
          mine={draft.text}
          isBusy={save.isPending}
          onKeepMine={send}
          onTakeTheirs={draft.drop}
        />
      ) : (
        draft.isChanged && (
          <SaveBar error={save.error ?? error} isChanged onDiscard={draft.drop}>
            {!isReadOnly && (
              <>
                <span className="w-64">
                  <TextInput
                    aria-label="What this version changes"
                    placeholder="What this version changes"
                    maxLength={2000}
                    value={note}
                    onChange={(event) => setNote(event.target.value)}
                  />
                </span>
                <TryDraft policyId={policy.id} source={draft.text} isSound={isSound} />
                <Button tone="primary" disabled={!isSound} isBusy={save.isPending} onClick={send}>
                  Save as version {policy.latest_version + 1}
                </Button>
              </>
            )}
          </SaveBar>
        )
      )}
      <Workbench
        text={draft.text}
        onChange={draft.setText}
        isReadOnly={isReadOnly}
        startLine={rule === undefined ? undefined : findRuleLine(policy.source, rule)}
        findings={findings}
        tests={tests}
        agentsInScope={agentsInScope}
        panels={[
          { id: 'explain', label: 'Explain', content: () => <ExplainPanel source={draft.text} isSound={isSound} /> },
          { id: 'diff', label: 'Diff', content: () => <Changes before={policy.source} after={draft.text} /> },
        ]}
      />
    </>
  );
}

function Changes({ before, after }: { before: string; after: string }) {
  if (before === after) return <p className="px-4 py-3 text-fg-2">Nothing is changed.</p>;
  return (
    <div className="p-3">
      <TextDiff before={before} after={after} />
    </div>
  );
}

function useSave(policy: PolicyDetail, onSaved: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (saved: { source: string; note: string | null }) =>
      updatePolicy(policy.id, { ...saved, if_version: policy.latest_version }),
    onSuccess: (answer) => {
      queryClient.setQueryData(policyKeys.detail(policy.id), answer);
      onSaved();
      void queryClient.invalidateQueries({ queryKey: policyKeys.all });
      toast.done(`Version ${answer.latest_version} is saved. It holds once it is activated.`);
    },
    // Somebody was first: with their version on the page, the conflict shows by itself.
    onError: (error) => {
      if (hasStatus(error, 409)) void queryClient.invalidateQueries({ queryKey: policyKeys.detail(policy.id) });
    },
  });
}
