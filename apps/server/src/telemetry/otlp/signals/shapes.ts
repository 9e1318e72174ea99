import type { MessageShape } from './read-message.ts';

const VALUES: MessageShape = { 10: ['values', { many: () => VALUE }] };
const PAIRS: MessageShape = { 10: ['values', { many: () => PAIR }] };
const VALUE: MessageShape = {
  ...{ 10: ['stringValue', 'text'], 16: ['boolValue', 'bool'], 24: ['intValue', 'int'], 33: ['doubleValue', 'double'] },
  ...{ 42: ['arrayValue', { one: () => VALUES }], 50: ['kvlistValue', { one: () => PAIRS }] },
  58: ['bytesValue', 'base64'],
};
export const PAIR: MessageShape = { 10: ['key', 'text'], 18: ['value', { one: () => VALUE }] };
export const RESOURCE: MessageShape = { 10: ['attributes', { many: () => PAIR }] };

const LOG_RECORD: MessageShape = {
  ...{ 9: ['timeUnixNano', 'nanos'], 89: ['observedTimeUnixNano', 'nanos'], 42: ['body', { one: () => VALUE }] },
  ...{
    50: ['attributes', { many: () => PAIR }],
    74: ['traceId', 'hex'],
    82: ['spanId', 'hex'],
    98: ['eventName', 'text'],
  },
};
const SCOPE_LOGS: MessageShape = { 18: ['logRecords', { many: () => LOG_RECORD }] };
const RESOURCE_LOGS: MessageShape = {
  ...{ 10: ['resource', { one: () => RESOURCE }], 18: ['scopeLogs', { many: () => SCOPE_LOGS }] },
};
/** ExportLogsServiceRequest. */
export const LOGS: MessageShape = { 10: ['resourceLogs', { many: () => RESOURCE_LOGS }] };

/** ExportMetricsServiceRequest, as deep as tells that it is one. */
export const METRICS: MessageShape = {
  10: ['resourceMetrics', { many: () => ({ 10: ['resource', { one: () => RESOURCE }] }) }],
};
