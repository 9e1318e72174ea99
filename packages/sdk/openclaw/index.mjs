/**
 * The plugin that a gateway loads: it asks Mission Control's policy before every tool call. Environment of the gateway's
 * process: MC_URL, MC_KEY (a service key with scope enroll), MC_GATEWAY_ID; MC_FAIL_MODE for the time before the first
 * contact. How to install it: docs/gateway-plugin.md.
 */
import { definePluginEntry } from 'openclaw/plugin-sdk/plugin-entry';
import { createPolicy, readSettings } from './policy.mjs';

export default definePluginEntry({
  id: 'mission-control',
  name: 'Mission Control',
  description: 'Holds agents to what they declare and to the policies of their organization',
  register(api) {
    const policy = createPolicy(readSettings(process.env));
    policy.start();
    // A throw here would block the call too, but without telling the agent why.
    api.on('before_tool_call', (event, context) =>
      policy.check({
        agentId: context.agentId,
        runId: event.runId ?? context.runId,
        toolCallId: event.toolCallId,
        tool: event.toolName,
        args: event.params,
      }),
    );
    api.on('after_tool_call', (event, context) =>
      policy.record({
        agentId: context.agentId,
        runId: event.runId ?? context.runId,
        tool: event.toolName,
        args: event.params,
        hasFailed: event.error !== undefined,
      }),
    );
  },
});
