import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import type { AccessToken } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  accessTokenKeys,
  accessTokensQuery,
  createAccessToken,
  deleteAccessToken,
} from '#console/api/queries/organization/access-tokens.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

const DAY_MS = 86_400_000;
const SCOPES = [
  { value: 'read', label: 'Reads only' },
  { value: 'write', label: 'Works as a member' },
  { value: 'admin', label: 'All that you may' },
] as const;
const SPANS = [
  { value: '30', label: '30 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'No end' },
] as const;

/** Tokens by which one's own programs act in this organization. */
export function TokensSection() {
  const list = useQuery(accessTokensQuery);
  const queryClient = useQueryClient();
  const [isCreating, setCreating] = useState(false);
  const revoke = useMutation({
    mutationFn: deleteAccessToken,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accessTokenKeys.all }),
    onError: (error) => toast.failed(`Not revoked: ${toFailure(error).message}`),
  });
  const tokens = list.data?.items ?? [];
  return (
    <Section
      title="Personal tokens"
      aside={
        <Button icon={Plus} onClick={() => setCreating(true)}>
          New token
        </Button>
      }
    >
      {list.isError && <Failed what="The tokens could not be loaded" failure={toFailure(list.error)} isCompact />}
      {list.isSuccess && tokens.length === 0 && (
        <p className="text-fg-2">None yet. A token lets a script of yours act as you in this organization.</p>
      )}
      {tokens.length > 0 && (
        <Panel>
          <ul>
            {tokens.map((token) => (
              <TokenLine key={token.id} token={token} onRevoke={() => revoke.mutate(token.id)} />
            ))}
          </ul>
        </Panel>
      )}
      {isCreating && <CreateDialog onClose={() => setCreating(false)} />}
    </Section>
  );
}

function TokenLine({ token, onRevoke }: { token: AccessToken; onRevoke: () => void }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-1.5 last:border-b-0">
      <span className="min-w-0 flex-1 truncate font-medium">{token.name}</span>
      <code className="font-mono text-sm text-fg-3">{token.prefix}…</code>
      <span className="text-fg-2">{token.scopes.join(', ')}</span>
      <span className="text-sm text-fg-3">
        used <Ago at={token.last_used_at} />
      </span>
      <Button tone="ghost" isSmall onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<(typeof SCOPES)[number]['value']>('write');
  const [span, setSpan] = useState<(typeof SPANS)[number]['value']>('30');
  const create = useMutation({
    mutationFn: createAccessToken,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accessTokenKeys.all }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires_at = span === 'never' ? null : new Date(Date.now() + Number(span) * DAY_MS).toISOString();
    create.mutate({ name: name.trim(), scopes: [scope], expires_at });
  };
  const secret = create.data?.token;
  return (
    <Dialog
      title={secret ? 'Your token' : 'New token'}
      onClose={onClose}
      footer={
        secret ? (
          <Button tone="primary" onClick={onClose}>
            I have kept it
          </Button>
        ) : (
          <Button type="submit" form={formId} tone="primary" isBusy={create.isPending}>
            Make the token
          </Button>
        )
      }
    >
      {secret ? (
        <SecretOnce secret={secret} label="Copy the token" />
      ) : (
        <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
          <Field label="Name" hint="What it is for." error={create.error ? toFailure(create.error).message : undefined}>
            {(ids) => (
              <TextInput
                {...ids}
                data-autofocus
                maxLength={200}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="May">
            {(ids) => (
              <Select {...ids} value={scope} onChange={(event) => setScope(event.target.value as typeof scope)}>
                {SCOPES.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <div>
            <Segmented label="Ends" choices={SPANS} value={span} onChange={setSpan} />
          </div>
        </form>
      )}
    </Dialog>
  );
}
