import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { gatewayKeys } from '../work-keys.ts';

/** A gateway does not tell us of new lines of a session: while it is on screen it is asked this often. */
const HISTORY_MS = 2_500;
const SESSIONS_MS = 15_000;

/** Sessions of our agents on the gateway of a board. */
export const sessionsQuery = (board_id: string) =>
  queryOptions({
    queryKey: gatewayKeys.sessions(board_id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/gateways/sessions', { signal, params: { query: { board_id } } })),
    refetchInterval: SESSIONS_MS,
  });

/** What was said in a session, oldest first. */
export const sessionHistoryQuery = (board_id: string, session_id: string) =>
  queryOptions({
    queryKey: gatewayKeys.history(board_id, session_id),
    queryFn: async ({ signal }) => {
      const params = { path: { session_id }, query: { board_id } };
      return (await read(api.GET('/api/v1/gateways/sessions/{session_id}/history', { signal, params }))).history;
    },
    refetchInterval: HISTORY_MS,
  });

/** Writes into a session. */
export const sendToSession = (board_id: string, session_id: string, content: string) =>
  read(
    api.POST('/api/v1/gateways/sessions/{session_id}/message', {
      params: { path: { session_id }, query: { board_id } },
      body: { content },
    }),
  );
