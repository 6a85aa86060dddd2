import { MessageChannel, type MessagePort } from 'node:worker_threads';

let closed: MessagePort | undefined;

/**
 * Gives memory back at once that would be garbage else: Node.js lets 32 MiB of such memory pile up before it collects any, and
 * the system's allocator keeps what lay between. All views of it are empty afterwards.
 *
 * What is transferred to a port leaves its sender before anybody looks whether the port is closed (HTML standard, "message port
 * post message steps"); to a closed one it is dropped.
 */
export function letGo(memory: ArrayBuffer): void {
  closed ??= closedPort();
  closed.postMessage(undefined, [memory]);
}

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
