/** Exchanges that wait until their client may make an attempt: of each client, those first that have waited longest. */
import type { ClientPod } from "./client-pod.js";

export class WaitingExchanges<E> {
  /** Without clients for whom nobody waits. A set keeps the order in which its elements came. */
  private readonly byClient = new Map<ClientPod, Set<E>>();

  add(client: ClientPod, exchange: E): void {
    const waiting = this.byClient.get(client);
    if (waiting === undefined) this.byClient.set(client, new Set([exchange]));
    else waiting.add(exchange);
  }

  /** Nothing happens when it does not wait. */
  remove(client: ClientPod, exchange: E): void {
    const waiting = this.byClient.get(client);
    if (waiting?.delete(exchange) && waiting.size === 0) this.byClient.delete(client);
  }

  /** None of its exchanges waits any more. */
  forget(client: ClientPod): void {
    this.byClient.delete(client);
  }

  first(client: ClientPod): E | null {
    if (this.byClient.size === 0) return null;
    for (const exchange of this.byClient.get(client) ?? []) return exchange;
    return null;
  }
}
