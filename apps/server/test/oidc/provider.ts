import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** Listens on a free port of the loopback; `answer` may be given once the address is known. */
export async function listen(answer?: RequestListener) {
  let listener = answer;
  const server: Server = createServer((request, response) => listener?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerBy(next: RequestListener) {
      listener = next;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface TestProvider {
  issuer: string;
  /** Signs a person in at the provider's pages; the address that it sends the browser back to. */
  browse(authorizationUrl: string, login: string): Promise<URL>;
  close(): void;
}

export const CONSOLE_CLIENT = { client_id: 'console', client_secret: 'a secret of the console and the provider' };

/** A real OpenID provider that lets everybody in by any name. */
export async function startProvider(redirectUri: string): Promise<TestProvider> {
  const server = await listen();
  const provider = new Provider(server.url, {
    clients: [{ ...CONSOLE_CLIENT, redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_post' }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['test'] },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com`, email_verified: true, name: `Ms ${sub}` }),
    }),
  });
  server.answerBy(provider.callback());
  return {
    issuer: server.url,
    browse: (authorizationUrl, login) => browse(new URL(authorizationUrl), login),
    close: server.close,
  };
}

/** What a browser does: follows redirects with its cookies, fills in the form of each page. */
async function browse(start: URL, login: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  let body: URLSearchParams | undefined;
  for (let step = 0; step < 20; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(body && { method: 'POST', body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    const page = await answer.text();
    if (location !== null) {
      body = undefined;
      url = new URL(location, url);
      if (url.origin !== start.origin) return url;
      continue;
    }
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) throw new Error(`The provider shows no form: ${page}`);
    body = new URLSearchParams({ prompt, login, password: 'any' });
    url = new URL(action, url);
  }
  throw new Error('The provider sends the browser in circles.');
}
