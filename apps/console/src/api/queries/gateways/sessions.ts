import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { gatewayKeys } from '../work-keys.ts';

/** A gateway does not tell us of new lines of a session: while it is on screen it is asked this often. */
const HISTORY_MS = 2_500;
const SESSIONS_MS = 15_000;
const LIVE_MS = 700;

/** Sessions of our agents on a gateway. */
export const sessionsQuery = (gateway_id: string) =>
  queryOptions({
    queryKey: gatewayKeys.sessions(gateway_id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/gateways/sessions', { signal, params: { query: { gateway_id } } })),
    refetchInterval: SESSIONS_MS,
  });

/** What was said in a session, oldest first. */
export const sessionHistoryQuery = (gateway_id: string, session_id: string) =>
  queryOptions({
    queryKey: gatewayKeys.history(gateway_id, session_id),
    queryFn: async ({ signal }) => {
      const params = { path: { session_id }, query: { gateway_id } };
      return (await read(api.GET('/api/v1/gateways/sessions/{session_id}/history', { signal, params }))).history;
    },
    refetchInterval: HISTORY_MS,
  });

/** What is being written in a session now. */
export const sessionLiveQuery = (gateway_id: string, session_id: string) =>
  queryOptions({
    queryKey: gatewayKeys.live(gateway_id, session_id),
    queryFn: async ({ signal }) => {
      const params = { path: { session_id }, query: { gateway_id } };
      return (await read(api.GET('/api/v1/gateways/sessions/{session_id}/live', { signal, params }))).run;
    },
    refetchInterval: ({ state: { data } }) => (data ? LIVE_MS : HISTORY_MS),
    gcTime: 0,
  });

/** Writes into a session. */
export const sendToSession = (gateway_id: string, session_id: string, content: string) =>
  read(
    api.POST('/api/v1/gateways/sessions/{session_id}/message', {
      params: { path: { session_id }, query: { gateway_id } },
      body: { content },
    }),
  );
