import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createReceiver, nodeHandler, type Received, refuse } from '../../client/webhooks/index.ts';
import { flag, integer, list, text, texts } from '../arguments.ts';
import { BadUsage, type CommandArguments, type Commands, type Session } from '../command.ts';
import { EVENT_TYPES } from './events.ts';
import { closeEndpoint, listenSteps, openEndpoint } from './listen-endpoint.ts';
import { jsonOf, lineOf, type Shown } from './listen-lines.ts';

const HOST = '127.0.0.1';
const PORT = 8787;
const MAX_PORT = 65_535;
const ACCEPTED = 204;
/** Above the 5 s in which the receiver kit wants the body. */
const REQUEST_DEADLINE_MS = 10_000;

export const listenCommands: Commands = {
  listen: {
    usage:
      'listen [--port <port>] [--status <400-599>] (--secret <whsec_...|-> [--secret ...] | --tenant <id|name> [--type <type,type>] [--url <url>])',
    summary:
      'receive webhooks at 127.0.0.1 and verify them, until Ctrl-C; --tenant makes an endpoint for that time, --secret - reads secrets from standard input',
    options: {
      port: { type: 'string' },
      status: { type: 'string' },
      secret: { type: 'string', multiple: true },
      tenant: { type: 'string' },
      type: { type: 'string' },
      url: { type: 'string' },
    },
    follow: listen,
  },
  ...listenSteps,
};

async function listen(args: CommandArguments, session: Session): Promise<number> {
  const { port, status, tenant, ...wanted } = wishesOf(args);
  const given = await secretsOf(args, session);
  const secrets = Promise.withResolvers<readonly string[]>();
  if (tenant === undefined) secrets.resolve(given);

  const counts = { requests: 0, accepted: 0 };
  const show = async (shown: Shown) => {
    counts.requests += 1;
    if (shown.status === ACCEPTED) counts.accepted += 1;
    await session.print(flag(args, 'json') ? jsonOf(shown) : lineOf(shown));
  };
  const server = createServer(receiving(session, () => secrets.promise, status, show));
  server.requestTimeout = REQUEST_DEADLINE_MS;
  const url = await begin(server, port);
  const summary = () => session.note(`${counts.accepted} of ${counts.requests} requests accepted`);
  try {
    if (tenant === undefined) {
      session.note(`listening at ${url}`);
      await stopped(session.signal);
      summary();
      return 0;
    }
    const { webhookId, secret } = await openEndpoint(session, { ...wanted, tenant, url: wanted.url ?? url });
    secrets.resolve([secret]);
    session.note(`listening at ${url} as webhook ${webhookId}`);
    await stopped(session.signal);
    // Before the listener closes: what is on its way still arrives.
    const removed = await closeEndpoint(session, webhookId);
    summary();
    return removed ? 0 : 1;
  } finally {
    await end(server);
  }
}

function wishesOf(args: CommandArguments) {
  const tenant = text(args, 'tenant');
  const [type, url] = [text(args, 'type'), text(args, 'url')];
  if ((tenant === undefined) === (texts(args, 'secret').length === 0)) {
    throw new BadUsage('give one of --secret and --tenant');
  }
  if (tenant === undefined && (type ?? url) !== undefined)
    throw new BadUsage('--type and --url need --tenant');
  // Asked here already: a typing error is no reason to open a port.
  list(args, 'type', EVENT_TYPES);
  const port = integer(args, 'port', 0, MAX_PORT) ?? PORT;
  return { port, status: integer(args, 'status', 400, 599), tenant, type, url };
}

/** Checked before anything is opened; what is wrong is never shown. */
async function secretsOf(args: CommandArguments, session: Session): Promise<readonly string[]> {
  const words = texts(args, 'secret');
  const read = words.includes('-') ? (await session.input()).split(/\s+/) : [];
  const secrets = [...words.filter((word) => word !== '-'), ...read.filter((word) => word !== '')];
  try {
    createReceiver({ secrets });
  } catch (error) {
    if (error instanceof TypeError) throw new BadUsage(error.message);
    throw error;
  }
  if (words.length > 0 && secrets.length === 0) throw new BadUsage('standard input holds no secret');
  return secrets;
}

/** Verifies as a tenant's receiver would, shows every request, and answers 204, or what it was told to. */
function receiving(
  { clock, note }: Session,
  secrets: () => Promise<readonly string[]>,
  status: number | undefined,
  show: (shown: Shown) => Promise<void>,
) {
  const receiver = createReceiver({
    secrets,
    clock: () => clock.now().getTime(),
    onLateFailure: (error) => note(error instanceof Error ? error.message : String(error)),
  });
  const shown = (answer: number, said: Shown['said']) => show({ at: clock.now(), status: answer, said });
  const listener = nodeHandler(
    {
      async receive(headers, body, handler) {
        const received = await receiver.receive(headers, body, handler);
        if (received.duplicate) await shown(ACCEPTED, received);
        return received;
      },
    },
    {
      async handle(received: Received) {
        await shown(status ?? ACCEPTED, received);
        // Not accepted: the next attempt is a new one, and not a duplicate.
        if (status !== undefined) throw refuse(status);
      },
      onError(error) {
        if (error.code !== 'refused') void shown(error.status, error);
      },
    },
  );
  return (request: IncomingMessage, response: ServerResponse) => void listener(request, response);
}

async function begin(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      reject(taken ? new BadUsage(`port ${port} is taken: give another --port`) : error);
    });
    server.listen(port, HOST, () => resolve());
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the listener has no address');
  return `http://${HOST}:${address.port}/`;
}

async function end(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
