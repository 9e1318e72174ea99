/** What commands that speak to a server are told by the environment. */
export interface Environment {
  url: string;
  key: string | undefined;
  gatewayToken: string | null;
}

export const readEnvironment = (): Environment => ({
  url: (process.env.MC_URL ?? 'http://localhost:8000').replace(/\/+$/, ''),
  key: process.env.MC_KEY || undefined,
  gatewayToken: process.env.MC_GATEWAY_TOKEN || null,
});
