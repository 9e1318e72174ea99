import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { listen } from './provider.ts';

type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

/** Whoever signs tokens of a test: its discovery document, its key set, and its private keys. */
export interface TestIssuer {
  url: string;
  /** How often the key set was read. */
  keyReads(): number;
  /** Makes a key, which the key set shows unless told otherwise; returns what signs with it. */
  addKey(options?: { alg?: Algorithm; isHidden?: boolean }): Promise<(claims?: JWTPayload) => Promise<string>>;
  close(): void;
}

/** Times are those of `now`, in milliseconds. */
export async function startIssuer(now: () => number = Date.now): Promise<TestIssuer> {
  const keys: unknown[] = [];
  let reads = 0;
  const server = await listen((request, response) => {
    const isKeys = request.url === '/keys';
    if (isKeys) reads++;
    const document = isKeys ? { keys } : { issuer: server.url, jwks_uri: `${server.url}/keys` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  let count = 0;
  return {
    url: server.url,
    keyReads: () => reads,
    async addKey({ alg = 'ES256', isHidden = false } = {}) {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const kid = `key-${++count}`;
      if (!isHidden) keys.push({ ...(await exportJWK(publicKey)), alg, kid, use: 'sig' });
      return (claims = {}) => {
        const seconds = Math.floor(now() / 1000);
        const payload = { iss: server.url, sub: 'alice', iat: seconds, exp: seconds + 300, ...claims };
        return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(privateKey);
      };
    },
    close: server.close,
  };
}
