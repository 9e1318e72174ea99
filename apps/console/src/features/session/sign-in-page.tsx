import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { hasStatus, toFailure } from '#console/api/problem.ts';
import { authModeQuery, createSession } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Logo } from '#console/ui/state/logo.tsx';
import { checkToken, takeTokenFromFragment, toSafeReturn } from './sign-in.ts';

const route = getRouteApi('/sign-in');

/** Signs in at the identity provider where there is one, or with a token: typed, or from the link that the server printed. */
export function SignInPage() {
  const { from } = route.useSearch();
  const mode = useQuery(authModeQuery).data;
  const isLocal = mode === undefined || mode.mode === 'local';
  return (
    <main className="grid min-h-full place-items-center bg-bg px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-2.5">
          <Logo size={28} />
          <span className="text-lg font-semibold tracking-[-0.01em]">Mission Control</span>
        </div>
        <div className="grid gap-4 rounded-lg border bg-surface p-6">
          <div>
            <h1 className="text-xl font-semibold tracking-[-0.01em]">Sign in</h1>
            {isLocal && (
              <p className="mt-1 text-fg-2">
                Paste the token of this server, or open the link that it printed when it started.
              </p>
            )}
          </div>
          {!isLocal && <Provider canLogIn={mode.login} returnTo={toSafeReturn(from)} />}
          <TokenForm isLocal={isLocal} from={from} />
        </div>
        {mode?.mode === 'local' && (
          <p className="mt-4 text-sm text-fg-3">
            No token at hand? On the server, it is kept in <code className="font-mono text-fg-2">local-token</code> in
            the data folder.
          </p>
        )}
      </div>
    </main>
  );
}

/** The way through the identity provider, or that this server knows none. */
function Provider({ canLogIn, returnTo }: { canLogIn: boolean; returnTo: string }) {
  if (!canLogIn) {
    return <p className="text-fg-2">This server has no identity provider to sign in at. Use a personal token.</p>;
  }
  return (
    <>
      <a
        href={`/api/v1/auth/login?return_to=${encodeURIComponent(returnTo)}`}
        className="touch inline-flex h-9 items-center justify-center rounded bg-accent px-3 font-medium text-accent-fg hover:bg-accent-hover"
      >
        Sign in
      </a>
      <p className="border-t pt-4 text-fg-2">Or with a personal token:</p>
    </>
  );
}

/** The token is exchanged and forgotten. */
function TokenForm({ isLocal, from }: { isLocal: boolean; from: string | undefined }) {
  const [token, setToken] = useState('');
  const [complaint, setComplaint] = useState<string>();
  const exchange = useExchange(from, () => setToken(''));
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const problem = checkToken(token);
    setComplaint(problem);
    if (!problem) exchange.mutate(token.trim());
  };
  const error = complaint ?? (exchange.error ? toMessage(exchange.error) : undefined);
  const action = isLocal ? 'Sign in' : 'Sign in with the token';
  return (
    <form noValidate onSubmit={onSubmit} className="grid gap-4">
      <Field label="Token" error={error} hint="It is exchanged for a session cookie and not kept by this page.">
        {(ids) => (
          <TextInput
            {...ids}
            type="password"
            autoFocus={isLocal}
            autoComplete="current-password"
            className="h-9 font-mono"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" tone={isLocal ? 'primary' : 'plain'} className="min-h-9" isBusy={exchange.isPending}>
        {exchange.isPending ? 'Signing in…' : action}
      </Button>
    </form>
  );
}

/** Exchanges a token for a session; one in the address is taken at once. */
function useExchange(from: string | undefined, onDone: () => void) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const exchange = useMutation({
    mutationFn: createSession,
    onSuccess: () => {
      onDone();
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
  return exchange;
}

function toMessage(error: unknown): string {
  if (hasStatus(error, 401)) return 'The server does not accept this token. Check that all of it was copied.';
  return toFailure(error).message;
}
