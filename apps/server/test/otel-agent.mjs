// An agent instrumented with OpenTelemetry's own SDK: where it reports to, its environment alone says.
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'exported' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
const tracer = provider.getTracer('agent');
const start = (name, attributes, parent) =>
  tracer.startSpan(name, { attributes }, parent && trace.setSpan(context.active(), parent));

const agent = start('invoke_agent', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' });
const chat = start(
  'chat gpt-4o',
  {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 1_000,
    'gen_ai.usage.output_tokens': 100,
    'gen_ai.response.finish_reasons': ['stop'],
  },
  agent,
);
chat.end();
const tool = start('execute_tool', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' }, agent);
tool.recordException(new TypeError('no such page'));
tool.setStatus({ code: SpanStatusCode.ERROR });
tool.end();
agent.end();
await provider.shutdown();
process.stdout.write(agent.spanContext().traceId);
