import { openSync } from 'node:fs';
import { createTransport } from './transport.ts';

/**
 * A process of its own that sends one webhook and prints the result, for what only a process can be given: its
 * environment and its limits. Arguments: the URL; then `fetch`, to ask the runtime's own client for it first and
 * print what that met; or `exhaust`, to leave no descriptor free.
 */
const [url = '', mode] = process.argv.slice(2);

const fetched =
  mode === 'fetch'
    ? await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(String, () => 'failed')
    : undefined;
const transport = createTransport({ allowPrivate: true });
if (mode === 'exhaust') {
  // Once before, so that what the client loads at its first use is there.
  await transport.send({ url, headers: {}, body: Buffer.from('{}'), deadlineMs: 5_000 });
  await transport.close();
  exhaust();
}
const sending = mode === 'exhaust' ? createTransport({ allowPrivate: true }) : transport;
const result = await sending.send({ url, headers: {}, body: Buffer.from('{}'), deadlineMs: 5_000 });
process.stdout.write(JSON.stringify({ fetched, result }));
process.exit(0);

function exhaust(): void {
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // Not one more: that is what was wanted.
  }
}
