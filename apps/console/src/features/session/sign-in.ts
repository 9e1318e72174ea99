const MIN_TOKEN = 50;

/** What is wrong with a typed token before it is sent; undefined when nothing is. */
export function checkToken(token: string): string | undefined {
  const length = token.trim().length;
  if (length === 0) return 'Paste a token first.';
  if (length < MIN_TOKEN && !token.trim().startsWith('mcp_')) {
    return `A token has at least ${MIN_TOKEN} characters; this one has ${length}. Part of it may be missing.`;
  }
  return undefined;
}

/** The token of a `/sign-in#token=…` link. It is removed from the address at once, so that history does not keep it. */
export function takeTokenFromFragment(): string | undefined {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (token === null) return undefined;
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return token;
}

/** Where to go after signing in: a path of this site, never another one. */
export function toSafeReturn(from: string | undefined): string {
  const isLocalPath = from !== undefined && /^\/(?![/\\])/.test(from) && !from.startsWith('/sign-in');
  return isLocalPath ? from : '/dashboard';
}
