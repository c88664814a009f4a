/** The nodes from which somebody sends to Services: whose data planes are held against what the API says of these. */

export class ClientNodes {
  /** Nodes that have hosted a client of the traffic, whatever it sends to. */
  private readonly ofTraffic = new Set<number>();
  private readonly byService = new Map<string, Set<number>>();

  /** A node has hosted a client of the traffic: its data plane is held against every Service that is watched. */
  add(node: number): void {
    this.ofTraffic.add(node);
  }

  /** A node has hosted somebody who sends to this Service ("namespace/name") only, such as a proxy. */
  addFor(service: string, node: number): void {
    const nodes = this.byService.get(service);
    if (nodes === undefined) this.byService.set(service, new Set([node]));
    else nodes.add(node);
  }

  sendTo(service: string, node: number): boolean {
    return this.ofTraffic.has(node) || this.byService.get(service)?.has(node) === true;
  }
}
