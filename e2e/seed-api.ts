/** The API of a server under its owner's token. Throws what the server said when it refuses. */
export interface Api {
  base: string;
  token: string;
}

async function call<T>({ base, token }: Api, path: string, init: RequestInit): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${base}/api/v1${path}`, { ...init, headers });
  if (!answer.ok) throw new Error(`${init.method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T; // our contract
}

export const post = <T = { id: string }>(api: Api, path: string, body: object): Promise<T> =>
  call(api, path, { method: 'POST', body: JSON.stringify(body) });

export const get = <T>(api: Api, path: string): Promise<T> => call(api, path, { method: 'GET' });
