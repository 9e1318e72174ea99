import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { hasStatus, toFailure } from '#console/api/problem.ts';
import { createSession } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Logo } from '#console/ui/state/logo.tsx';
import { checkToken, takeTokenFromFragment, toSafeReturn } from './sign-in.ts';

const route = getRouteApi('/sign-in');

/** Signs in with a token, typed or from the link that the server printed. The token is exchanged and forgotten. */
export function SignInPage() {
  const { from } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [token, setToken] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const exchange = useMutation({
    mutationFn: createSession,
    onSuccess: () => {
      setToken('');
      queryClient.clear();
      router.history.replace(toSafeReturn(from));
    },
  });
  const isLinkRead = useRef(false);
  useEffect(() => {
    if (isLinkRead.current) return;
    isLinkRead.current = true;
    const linked = takeTokenFromFragment();
    if (linked) exchange.mutate(linked);
  }, [exchange.mutate]);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const problem = checkToken(token);
    setComplaint(problem);
    if (!problem) exchange.mutate(token.trim());
  };
  const error = complaint ?? (exchange.error ? toMessage(exchange.error) : undefined);

  return (
    <main className="grid min-h-full place-items-center bg-bg px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-2.5">
          <Logo size={28} />
          <span className="text-lg font-semibold tracking-[-0.01em]">Mission Control</span>
        </div>
        <form noValidate onSubmit={onSubmit} className="grid gap-4 rounded-lg border bg-surface p-6">
          <div>
            <h1 className="text-xl font-semibold tracking-[-0.01em]">Sign in</h1>
            <p className="mt-1 text-fg-2">
              Paste the token of this server, or open the link that it printed when it started.
            </p>
          </div>
          <Field label="Token" error={error} hint="It is exchanged for a session cookie and not kept by this page.">
            {(ids) => (
              <TextInput
                {...ids}
                type="password"
                autoFocus
                autoComplete="current-password"
                className="h-9 font-mono"
                value={token}
                onChange={(event) => setToken(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" tone="primary" className="min-h-9" isBusy={exchange.isPending}>
            {exchange.isPending ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <p className="mt-4 text-sm text-fg-3">
          No token at hand? On the server, it is kept in <code className="font-mono text-fg-2">local-token</code> in the
          data folder.
        </p>
      </div>
    </main>
  );
}

function toMessage(error: unknown): string {
  if (hasStatus(error, 401)) return 'The server does not accept this token. Check that all of it was copied.';
  return toFailure(error).message;
}
