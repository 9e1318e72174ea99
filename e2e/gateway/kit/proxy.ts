import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A reverse proxy before a gateway: whoever comes through it comes from another host, so pairing applies. */
export interface ReverseProxy {
  url: string;
  close(): void;
}

/** Passes connections on to a port of this host, saying that they come from `from`. */
export async function startProxy(port: number, from: string): Promise<ReverseProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1');
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy()); // the other side went away
    }
    client.once('data', (head) => {
      target.write(head.toString('latin1').replace('\r\n', `\r\nX-Forwarded-For: ${from}\r\n`), 'latin1');
      client.pipe(target);
    });
    target.pipe(client);
    client.on('close', () => target.end());
    target.on('close', () => client.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // a TCP server's
  return {
    url: `ws://127.0.0.1:${address.port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
