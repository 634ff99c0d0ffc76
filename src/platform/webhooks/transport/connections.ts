import type { Connection } from './exchange.ts';
import type { Target } from './target.ts';

/** Connections that wait for their next event. */
export interface Connections {
  /** One to this origin that leads to an address which was vetted just now; the caller has it to itself. */
  take(target: Target): Connection | undefined;
  /** Gives one back whose answer was read to its end. */
  keep(connection: Connection): void;
  close(): Promise<void>;
}

/** @param max connections that are kept in all; the one longest unused is closed for the next. */
export function keepConnections(max: number): Connections {
  // In the order in which they were given back; each with what is to be done when it closes.
  const kept = new Map<Connection, () => void>();
  const byOrigin = new Map<string, Connection[]>();
  let closed = false;

  function remove(connection: Connection): void {
    const onClose = kept.get(connection);
    if (!onClose) return;
    connection.socket.off('close', onClose);
    kept.delete(connection);
    const there = byOrigin.get(connection.origin) ?? [];
    // Mostly the last one, which is taken first.
    const at = there.lastIndexOf(connection);
    if (at >= 0) there.splice(at, 1);
    if (there.length === 0) byOrigin.delete(connection.origin);
  }

  return {
    take({ origin, addresses }) {
      const leadsThere = ({ address, socket }: Connection) =>
        !socket.destroyed && addresses.some((vetted) => vetted.address === address);
      const found = byOrigin.get(origin)?.findLast(leadsThere);
      if (found) remove(found);
      return found;
    },
    keep(connection) {
      const { origin, socket, client } = connection;
      if (closed) return void client.destroy();
      // The receiver may have asked for it to be closed.
      if (socket.destroyed) return;
      const onClose = () => remove(connection);
      socket.once('close', onClose);
      kept.set(connection, onClose);
      const there = byOrigin.get(origin) ?? [];
      there.push(connection);
      byOrigin.set(origin, there);
      const [oldest] = kept.keys();
      if (kept.size <= max || !oldest) return;
      remove(oldest);
      void oldest.client.destroy();
    },
    async close() {
      closed = true;
      await Promise.all([...kept.keys()].map(({ client }) => client.destroy()));
    },
  };
}
