import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Gateway, Skill } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteSkill, skillKeys } from '#console/api/queries/organization/skills.ts';
import { NONE, plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Markdown } from '#console/ui/data/markdown.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Panel, Section } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { InstallLine } from './install-line.tsx';
import { Risk } from './skills-table.tsx';

interface SkillDialogProps {
  skill: Skill;
  gateways: readonly Gateway[];
  onClose: () => void;
}

/** What a skill is, and on which gateways it is to be. */
export function SkillDialog({ skill, gateways, onClose }: SkillDialogProps) {
  const [isRemoving, setRemoving] = useState(false);
  if (isRemoving) return <RemoveDialog skill={skill} onBack={() => setRemoving(false)} onGone={onClose} />;
  return (
    <Dialog
      title={toVisibleText(skill.name)}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button tone="danger" className="mr-auto" onClick={() => setRemoving(true)}>
            Remove from the marketplace
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className="grid gap-4">
        {skill.stale && <p className="text-warn">Its pack has it no more. What is installed stays.</p>}
        {skill.description && (
          <p className="whitespace-pre-wrap">
            <ForeignText text={skill.description} />
          </p>
        )}
        <Facts
          facts={[
            ['Category', <ForeignText key="category" text={skill.category?.trim() || NONE} />],
            ['Risk', <Risk key="risk" risk={skill.risk} />],
            ['Source', <ForeignText key="source" text={skill.source ?? NONE} />],
            ['Address', <Markdown key="address" text={skill.source_url} />],
            ['Changed', <Ago key="changed" at={skill.updated_at} />],
          ]}
        />
        <Section title="On gateways">
          <p className="mb-2 text-fg-2">
            The main agent of a gateway is asked to do it; its runs show what it did. What a skill says, agents may
            follow: install what you have read.
          </p>
          <Panel>
            <ul>
              {gateways.map((gateway) => (
                <InstallLine key={gateway.id} skill={skill} gateway={gateway} />
              ))}
            </ul>
          </Panel>
        </Section>
      </div>
    </Dialog>
  );
}

function RemoveDialog({ skill, onBack, onGone }: { skill: Skill; onBack: () => void; onGone: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteSkill(skill.id),
    onSuccess: () => {
      onGone();
      return queryClient.invalidateQueries({ queryKey: skillKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${toVisibleText(skill.name)}`}
      action="Remove it"
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onBack}
    >
      <p>
        It leaves the marketplace.{' '}
        {skill.gateway_ids.length > 0 &&
          `${plural(skill.gateway_ids.length, 'gateway')} still have its files: remove it there first if they are to go.`}
      </p>
    </ConfirmDialog>
  );
}
