/** What the page's connection knows about the server, for code that loads files from it. */

class Server {
  /** Called when a file could not be loaded: the connection may have failed without notice. */
  onLoadFailure: () => void = () => undefined;
  private isConnected = true;
  private waiting: ((isConnected: true) => void)[] = [];

  get connected(): boolean {
    return this.isConnected;
  }

  set connected(connected: boolean) {
    const reconnected = connected && !this.isConnected;
    this.isConnected = connected;
    if (reconnected) {
      this.waiting.splice(0).forEach((resolve) => resolve(true));
    }
  }

  /** Resolves when the page has reconnected, after the current connection loss or the next one. */
  reconnected(): Promise<true> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

export const server = new Server();
