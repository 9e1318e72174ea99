import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  status: number;
  readBody(): string;
}

/**
 * One keep-alive HTTP/1.1 connection that sends one request at a time. It does as little as it can, because it shares
 * two cores with what it measures.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #status = 0;
  #bodyAt = 0;
  /** Bytes of the answer that are still to come; below zero until its head was read. */
  #left = 0;
  #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(url: string): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new HttpConnection(socket)));
    });
  }

  send(head: string, body: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('the connection is closed'));
      this.#waiting = { resolve, reject };
      this.#socket.cork();
      this.#socket.write(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1');
      this.#socket.write(body);
      this.#socket.uncork();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#left -= chunk.length;
    if (this.#left < 0) this.#readHead(chunk);
    if (this.#left === 0) this.#answer();
  }

  /** What has come may end within the head: then it is looked at again with the next chunk. */
  #readHead(chunk: Buffer): void {
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    this.#received = [all];
    const end = all.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = all.toString('latin1', 0, end);
    this.#status = Number(head.slice(9, 12));
    this.#bodyAt = end + 4;
    this.#left = this.#bodyAt + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - all.length;
  }

  #answer(): void {
    const [chunks, status, bodyAt] = [this.#received, this.#status, this.#bodyAt];
    this.#received = [];
    this.#left = 0;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    // Who only counts bytes does not pay for reading them.
    waiting?.resolve({ status, readBody: () => Buffer.concat(chunks).toString('utf8', bodyAt) });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
