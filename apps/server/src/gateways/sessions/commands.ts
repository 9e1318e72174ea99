/** The protocol that clients of the base contract expect to be named. */
export const BASE_PROTOCOL = 3;

const toWords = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Methods of a gateway that clients of the base contract know. */
export const METHODS = toWords(`
  health logs.tail channels.status channels.logout status usage.status usage.cost tts.status tts.providers
  tts.enable tts.disable tts.convert tts.setProvider config.get config.set config.apply config.patch config.schema
  exec.approvals.get exec.approvals.set exec.approvals.node.get exec.approvals.node.set exec.approval.request
  exec.approval.resolve wizard.start wizard.next wizard.cancel wizard.status talk.mode models.list agents.list
  agents.create agents.update agents.delete agents.files.list agents.files.get agents.files.set skills.status
  skills.bins skills.install skills.update update.run voicewake.get voicewake.set sessions.list sessions.preview
  sessions.patch sessions.reset sessions.delete sessions.compact last-heartbeat set-heartbeats wake
  node.pair.request node.pair.list node.pair.approve node.pair.reject node.pair.verify device.pair.list
  device.pair.approve device.pair.reject device.token.rotate device.token.revoke node.rename node.list
  node.describe node.invoke node.invoke.result node.event cron.list cron.status cron.add cron.update cron.remove
  cron.run cron.runs system-presence system-event send agent agent.identity.get agent.wait browser.request
  chat.history chat.abort chat.send
`);

/** Events of a gateway that they know. */
export const EVENTS = toWords(`
  connect.challenge agent chat presence tick talk.mode shutdown health heartbeat cron node.pair.requested
  node.pair.resolved node.invoke.request device.pair.requested device.pair.resolved voicewake.changed
  exec.approval.requested exec.approval.resolved
`);
