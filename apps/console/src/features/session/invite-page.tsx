import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { acceptInvite, invitePreviewQuery, signUpByInvite } from '#console/api/queries/organization/invites.ts';
import { authModeQuery, createSession, meQuery } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Logo } from '#console/ui/state/logo.tsx';
import { toInviteToken } from './invite-token.ts';

const route = getRouteApi('/invite');

/** What an invitation offers, and the way to take it. */
export function InvitePage() {
  const { token = '' } = route.useSearch();
  const preview = useQuery({ ...invitePreviewQuery(token), enabled: token !== '' });
  const invite = preview.data;
  return (
    <main className="grid min-h-full place-items-center bg-bg px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-2.5">
          <Logo size={28} />
          <span className="text-lg font-semibold tracking-[-0.01em]">Mission Control</span>
        </div>
        <div className="grid gap-4 rounded-lg border bg-surface p-6">
          {token === '' && <Paste />}
          {token !== '' && preview.isPending && <SkeletonRows rows={3} />}
          {preview.error && <Message title="This invitation is not valid">{toFailure(preview.error).message}</Message>}
          {invite?.status === 'accepted' && (
            <Message title="Already used">Somebody has taken this invitation. Ask for another one.</Message>
          )}
          {invite?.status === 'expired' && (
            <Message title="Expired">This invitation ran out. Ask whoever sent it for a new link.</Message>
          )}
          {invite?.status === 'pending' && (
            <>
              <Message title={`Join ${invite.organization_name}`}>
                For {invite.invited_email}, as {invite.role}. Good until <Ago at={invite.expires_at} />.
              </Message>
              <Accept token={token} />
            </>
          )}
        </div>
      </div>
    </main>
  );
}

/** For those who were sent the link as text. */
function Paste() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const token = toInviteToken(text);
    if (token === undefined) return setComplaint('Paste the link that you were sent, or the code in it.');
    void navigate({ to: '/invite', search: { token } });
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-3">
      <Message title="Join an organization">Open the link that you were sent, or paste it here.</Message>
      <Field label="Invitation" error={complaint}>
        {(ids) => <TextInput {...ids} autoFocus value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Button type="submit" tone="primary" className="min-h-9">
        Look at it
      </Button>
    </form>
  );
}

function Message({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h1 className="text-xl font-semibold tracking-[-0.01em]">{title}</h1>
      <p className="mt-1 text-fg-2">{children}</p>
    </div>
  );
}

/** Somebody who is signed in joins at once; in local mode a newcomer gives a name and gets a token. */
function Accept({ token }: { token: string }) {
  const me = useQuery({ ...meQuery, retry: false });
  const mode = useQuery(authModeQuery).data;
  if (me.isPending || mode === undefined) return <SkeletonRows rows={2} />;
  if (me.data)
    return <Join token={token} name={me.data.name ?? me.data.email ?? 'you'} isLocal={mode.mode === 'local'} />;
  if (mode.mode === 'local') return <SignUp token={token} />;
  const back = encodeURIComponent(`/invite?token=${encodeURIComponent(token)}`);
  return (
    <a
      href={`/api/v1/auth/login?return_to=${back}`}
      className="touch inline-flex h-9 items-center justify-center rounded bg-accent px-3 font-medium text-accent-fg hover:bg-accent-hover"
    >
      Sign in to join
    </a>
  );
}

function Join({ token, name, isLocal }: { token: string; name: string; isLocal: boolean }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isNew, setNew] = useState(false);
  const join = useMutation({
    mutationFn: () => acceptInvite(token),
    onSuccess: async () => {
      await queryClient.resetQueries();
      await navigate({ to: '/dashboard' });
    },
  });
  if (isNew) return <SignUp token={token} />;
  return (
    <div className="grid gap-3">
      {join.error && (
        <p role="alert" className="text-bad">
          {toFailure(join.error).message}
        </p>
      )}
      <Button tone="primary" className="min-h-9" isBusy={join.isPending} onClick={() => join.mutate()}>
        Join as {name}
      </Button>
      {isLocal && (
        <Button tone="ghost" onClick={() => setNew(true)}>
          I am somebody else
        </Button>
      )}
    </div>
  );
}

function SignUp({ token }: { token: string }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const signUp = useMutation({ mutationFn: signUpByInvite });
  const enter = useMutation({
    mutationFn: createSession,
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: '/dashboard' });
    },
  });
  const secret = signUp.data?.token;
  if (secret) {
    return (
      <div className="grid gap-3">
        <p>You are in. Sign in with this token from now on; nobody can show it to you again.</p>
        <SecretOnce secret={secret} label="Copy the token" />
        <Button tone="primary" className="min-h-9" isBusy={enter.isPending} onClick={() => enter.mutate(secret)}>
          I have kept it, go on
        </Button>
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') signUp.mutate({ token, name: name.trim() });
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-3">
      <Field label="Your name" error={signUp.error ? toFailure(signUp.error).message : undefined}>
        {(ids) => <TextInput {...ids} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Button type="submit" tone="primary" className="min-h-9" isBusy={signUp.isPending}>
        Join
      </Button>
    </form>
  );
}
