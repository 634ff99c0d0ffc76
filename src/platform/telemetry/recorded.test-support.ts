import assert from 'node:assert/strict';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { startTracingWith } from './tracing-export.ts';

/** The spans that end while `work` runs, in the order of their ends. What it throws is not this one's affair. */
export async function recorded(work: () => Promise<unknown>): Promise<readonly ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  // Its shutdown would forget what was exported.
  exporter.shutdown = async () => {};
  const tracing = await startTracingWith(exporter, { serviceName: 'registration', onError: assert.fail });
  await work().catch(() => {});
  await tracing.shutdown(5_000);
  return exporter.getFinishedSpans();
}
