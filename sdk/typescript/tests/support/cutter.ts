import {
  connect,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";

/** Stands between client and server and cuts what goes through it. */
export class Cutter {
  /** Connections that were ever made through it. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(target: string) {
    const { hostname, port } = new URL(target);
    this.#server = createServer((near) => {
      this.connections += 1;
      const far = connect(Number(port), hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }

  static async start(target: string): Promise<Cutter> {
    const cutter = new Cutter(target);
    await new Promise<void>((resolve) => {
      cutter.#server.listen(0, "127.0.0.1", resolve);
    });
    return cutter;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Cuts every connection; gives how many there were. */
  cut(): number {
    const sockets = [...this.#sockets];
    for (const socket of sockets) {
      socket.destroy();
    }
    return sockets.length / 2;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }
}
